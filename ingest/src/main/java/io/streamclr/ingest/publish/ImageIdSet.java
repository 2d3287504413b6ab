package io.streamclr.ingest.publish;

import io.streamclr.schemas.identity.ImageId;

/**
 * A set of image ids for many millions of them: open addressing with linear probing in one array, 16 bytes a place, at
 * most three quarters of the places taken. Ids are digests, so their bits need no further mixing. For one thread.
 */
final class ImageIdSet {

    private static final int FEWEST_PLACES = 1 << 10;
    /** An array of longs ends near 2^31, and a place takes two. */
    private static final int MOST_PLACES = 1 << 29;

    /** Place i holds the id (bits[2i], bits[2i + 1]); the id of zeros means an empty place. */
    private long[] bits;

    private long size;
    /** The id that looks like an empty place. */
    private boolean hasZeros;

    private ImageIdSet(int places) {
        bits = new long[2 * places];
    }

    /** Room for this many ids before it grows. */
    static ImageIdSet expecting(long ids) {
        long places = FEWEST_PLACES;
        while (places < MOST_PLACES && ids > places / 4 * 3) {
            places *= 2;
        }
        return new ImageIdSet((int) places);
    }

    /** True if the id is new here. */
    boolean add(ImageId id) {
        if (isZeros(id)) {
            boolean isNew = !hasZeros;
            hasZeros = true;
            size += isNew ? 1 : 0;
            return isNew;
        }
        int place = placeOf(id);
        if (isTaken(place)) {
            return false;
        }
        put(place, id.high(), id.low());
        size++;
        if (size > (long) bits.length / 8 * 3) {
            grow();
        }
        return true;
    }

    boolean contains(ImageId id) {
        return isZeros(id) ? hasZeros : isTaken(placeOf(id));
    }

    long size() {
        return size;
    }

    private static boolean isZeros(ImageId id) {
        return (id.high() | id.low()) == 0;
    }

    /** Where the id is, or would go. */
    private int placeOf(ImageId id) {
        int mask = bits.length / 2 - 1;
        int place = (int) id.low() & mask;
        while (isTaken(place) && (bits[2 * place] != id.high() || bits[2 * place + 1] != id.low())) {
            place = (place + 1) & mask;
        }
        return place;
    }

    private boolean isTaken(int place) {
        return (bits[2 * place] | bits[2 * place + 1]) != 0;
    }

    private void put(int place, long high, long low) {
        bits[2 * place] = high;
        bits[2 * place + 1] = low;
    }

    private void grow() {
        long[] old = bits;
        if (old.length / 2 >= MOST_PLACES) {
            throw new IllegalStateException("More than " + size + " image ids do not fit into one set");
        }
        bits = new long[old.length * 2];
        for (int i = 0; i < old.length; i += 2) {
            if ((old[i] | old[i + 1]) != 0) {
                put(placeOf(new ImageId(old[i], old[i + 1])), old[i], old[i + 1]);
            }
        }
    }
}
