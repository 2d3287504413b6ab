package io.streamclr.console.drift;

import io.streamclr.console.similar.UnitVector;
import io.streamclr.console.vectors.StoredEmbedding;
import java.time.Instant;
import java.util.Comparator;

/**
 * An embedding that may be of a sample.
 *
 * @param unit its vector, of length 1; not written to
 * @param arrivedAt when the image arrived
 * @param key chance, but always the same of an image: those with the smallest keys are a random sample
 * @param partition of the image, and with its offset what tells two of one key apart
 */
record Seen(float[] unit, Instant arrivedAt, long key, int partition, long offset) {

    private static final int HEX_DIGITS_OF_A_LONG = 16;
    private static final int HEX = 16;

    static final Comparator<Seen> BY_KEY = Comparator.comparingLong(Seen::key)
            .thenComparingInt(Seen::partition)
            .thenComparingLong(Seen::offset);

    static final Comparator<Seen> BY_ARRIVAL =
            Comparator.comparing(Seen::arrivedAt).thenComparing(BY_KEY);

    /** @param now what arrived later, by another clock, counts as arriving now */
    static Seen of(StoredEmbedding embedding, Instant now, long seed) {
        Instant arrivedAt = embedding.record().getArrivedAt();
        return new Seen(
                UnitVector.of(embedding.vector()),
                arrivedAt.isAfter(now) ? now : arrivedAt,
                keyOf(embedding.record().getImageId(), seed),
                embedding.partition(),
                embedding.origin());
    }

    /** @param imageId 32 hexadecimal digits */
    static long keyOf(String imageId, long seed) {
        long high = Long.parseUnsignedLong(imageId, 0, HEX_DIGITS_OF_A_LONG, HEX);
        long low = Long.parseUnsignedLong(imageId, HEX_DIGITS_OF_A_LONG, imageId.length(), HEX);
        return mixed(mixed(mixed(seed) ^ high) ^ low);
    }

    /** The finaliser of SplitMix64 (Steele et al. 2014). */
    private static long mixed(long bits) {
        long mixed = bits + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    @Override
    public String toString() {
        return "Seen[" + partition + ":" + offset + ", " + arrivedAt + "]";
    }
}
