package io.streamclr.trainer.probe;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Database rows in the exact order of neighbours: greater cosine first, then lower index. */
final class Ranking {

    /** Cosine and index in one number whose natural order is the order of neighbours. */
    private final long[] sorted;

    private Ranking(long[] sorted) {
        Arrays.sort(sorted);
        this.sorted = sorted;
    }

    /** Ranks {@code count} rows that stand from {@code from} on in both arrays. */
    static Ranking of(float[] cosines, long[] indices, int from, int count) {
        return new Ranking(IntStream.range(from, from + count)
                .mapToLong(i -> key(cosines[i], (int) indices[i]))
                .toArray());
    }

    /** Ranks all rows of a database. */
    static Ranking ofAll(float[] cosines) {
        return new Ranking(IntStream.range(0, cosines.length)
                .mapToLong(i -> key(cosines[i], i))
                .toArray());
    }

    /** Writes the first {@code k} rows from {@code at} on. */
    void first(int k, int[] indices, float[] cosines, int at) {
        for (int rank = 0; rank < k; rank++) {
            indices[at + rank] = (int) sorted[rank];
            cosines[at + rank] = cosine(sorted[rank]);
        }
    }

    /**
     * Floats compare as their bits do, once those of negative ones are turned round; the complement makes the greatest
     * come first. Adding 0 makes of a negative zero a positive one.
     */
    private static long key(float cosine, int index) {
        int bits = Float.floatToIntBits(cosine + 0f);
        int ascending = bits ^ ((bits >> 31) & Integer.MAX_VALUE);
        return ((long) ~ascending << 32) | index;
    }

    private static float cosine(long key) {
        int ascending = ~(int) (key >> 32);
        return Float.intBitsToFloat(ascending ^ ((ascending >> 31) & Integer.MAX_VALUE));
    }
}
