package io.streamclr.ingest.likeness;

import io.streamclr.schemas.RefusalException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The hashes of pictures that are there, and whether a new one is near one of them. Each of the four quarters of a hash
 * has a table of its own. Two hashes that differ in {@code bits} bits differ in at most a quarter of these in one of
 * their quarters, so only hashes with such a quarter are compared. 32 bytes a hash. For one thread.
 */
public final class NearDuplicates {

    /** With more, so many quarters are alike that everything would be compared with everything. */
    public static final int MOST_BITS = 11;

    private static final int QUARTERS = 4;
    private static final int QUARTER_BITS = 16;

    private final int bits;
    /** Hashes by the value of their quarter; a bucket's first element is how many hashes it has. */
    private final long[][][] buckets = new long[QUARTERS][1 << QUARTER_BITS][];
    /** What a quarter may differ by: all values with few enough bits, 0 first. */
    private final int[] differences;

    /**
     * @param bits most bits of 64 in which pictures differ that count as near, 0 to {@link #MOST_BITS}
     * @throws RefusalException if it is another number
     */
    public NearDuplicates(int bits) {
        if (bits < 0 || bits > MOST_BITS) {
            throw RefusalException.ofUsage("--skip-near-duplicates is " + bits + ", but it must be 0 to " + MOST_BITS
                    + " bits of 64; 4 is careful, 10 takes pictures for alike that are not");
        }
        this.bits = bits;
        this.differences = IntStream.range(0, 1 << QUARTER_BITS)
                .filter(value -> Integer.bitCount(value) <= bits / QUARTERS)
                .toArray();
    }

    /** Whether a hash is there that differs in few enough bits. */
    public boolean hasNear(long hash) {
        for (int quarter = 0; quarter < QUARTERS; quarter++) {
            int value = quarter(hash, quarter);
            for (int difference : differences) {
                long[] bucket = buckets[quarter][value ^ difference];
                for (int i = 1; bucket != null && i <= bucket[0]; i++) {
                    if (areNear(bucket[i], hash)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Whether two hashes differ in few enough bits, be they there or not. */
    public boolean areNear(long one, long other) {
        return Long.bitCount(one ^ other) <= bits;
    }

    public void add(long hash) {
        for (int quarter = 0; quarter < QUARTERS; quarter++) {
            int value = quarter(hash, quarter);
            long[] bucket = buckets[quarter][value];
            if (bucket == null) {
                bucket = new long[4];
            } else if (bucket[0] + 1 == bucket.length) {
                bucket = Arrays.copyOf(bucket, bucket.length + bucket.length / 2);
            }
            bucket[(int) ++bucket[0]] = hash;
            buckets[quarter][value] = bucket;
        }
    }

    private static int quarter(long hash, int quarter) {
        return (int) (hash >>> (quarter * QUARTER_BITS)) & ((1 << QUARTER_BITS) - 1);
    }
}
