package io.streamclr.augment.decode.webp;

import java.io.EOFException;

/**
 * Smooths the edges of blocks (RFC 6386, section 15): how strongly follows from the macroblock's segment and from
 * whether its blocks were predicted one by one. Prediction sees samples that are not smoothed yet, so all is done at
 * the end, macroblock by macroblock.
 *
 * @param simple whether luminance alone is smoothed, and by the shorter filter
 * @param strengths for each segment, of whole macroblocks and of those of 4 x 4 blocks
 */
record LoopFilter(boolean simple, Strength[][] strengths) {

    private static final int MOST_LEVEL = 63;
    private static final int KINDS = 4;

    /**
     * How strongly an edge is smoothed.
     *
     * @param level 0 for not at all, to 63
     * @param interior how much neighbours on one side may differ
     * @param variance above which difference only the two samples at the edge are changed
     */
    record Strength(int level, int interior, int variance) {

        static Strength of(int wanted, int sharpness) {
            int level = Math.max(0, Math.min(MOST_LEVEL, wanted));
            int interior = level;
            if (sharpness > 0) {
                interior = Math.min(interior >> (sharpness > 4 ? 2 : 1), 9 - sharpness);
            }
            return new Strength(level, Math.max(1, interior), level >= 40 ? 2 : level >= 15 ? 1 : 0);
        }

        /** How much the samples at an edge inside a macroblock may differ. */
        int inner() {
            return 2 * level + interior;
        }

        /** How much they may at the edge of a macroblock. */
        int outer() {
            return inner() + 4;
        }
    }

    /**
     * Reads the strengths of all segments.
     *
     * @param segments whether the segments have levels of their own
     * @param absolute whether those stand for themselves, or are added to the image's
     */
    static LoopFilter read(BooleanDecoder header, boolean segments, boolean absolute, int[] ofSegments)
            throws EOFException {
        boolean simple = header.flag();
        int level = header.number(6);
        int sharpness = header.number(3);
        int whole = 0;
        int subblocks = 0;
        boolean adjusted = header.flag();
        if (adjusted && header.flag()) {
            int[] changes = new int[2 * KINDS];
            for (int i = 0; i < changes.length; i++) {
                changes[i] = header.signedOrZero(6);
            }
            // An image that stands by itself has one kind of reference, and one mode that counts.
            whole = changes[0];
            subblocks = changes[KINDS];
        }
        Strength[][] strengths = new Strength[ofSegments.length][];
        for (int i = 0; i < strengths.length; i++) {
            int own = !segments ? level : absolute ? ofSegments[i] : level + ofSegments[i];
            // A level of 0 switches the filter off, whatever the segments say.
            int base = level == 0 ? -MOST_LEVEL * KINDS : own + whole;
            strengths[i] = new Strength[] {Strength.of(base, sharpness), Strength.of(base + subblocks, sharpness)};
        }
        return new LoopFilter(simple, strengths);
    }

    /** Whether a macroblock is changed at all. */
    boolean changes(int segment, boolean subblocks) {
        return strengths[segment][subblocks ? 1 : 0].level > 0;
    }

    /**
     * Smooths a macroblock's left and upper edges, and those inside it.
     *
     * @param column of macroblocks
     * @param row of macroblocks
     * @param inside whether the edges inside are smoothed, too
     */
    void apply(Plane[] planes, int column, int row, int segment, boolean subblocks, boolean inside) {
        Strength strength = strengths[segment][subblocks ? 1 : 0];
        for (int i = 0; i < (simple ? 1 : planes.length); i++) {
            int size = i == 0 ? 16 : 8;
            byte[] samples = planes[i].samples();
            int stride = planes[i].stride();
            int at = planes[i].at(size * column, size * row);
            if (column > 0) {
                outerEdge(samples, at, 1, stride, size, strength);
            }
            for (int x = 4; inside && x < size; x += 4) {
                innerEdge(samples, at + x, 1, stride, size, strength);
            }
            if (row > 0) {
                outerEdge(samples, at, stride, 1, size, strength);
            }
            for (int y = 4; inside && y < size; y += 4) {
                innerEdge(samples, at + y * stride, stride, 1, size, strength);
            }
        }
    }

    private void outerEdge(byte[] s, int at, int across, int along, int size, Strength strength) {
        int most = 2 * strength.outer() + 1;
        if (simple) {
            EdgeFilters.simple(s, at, across, along, size, most);
        } else {
            EdgeFilters.outer(s, at, across, along, size, most, strength.interior, strength.variance);
        }
    }

    private void innerEdge(byte[] s, int at, int across, int along, int size, Strength strength) {
        int most = 2 * strength.inner() + 1;
        if (simple) {
            EdgeFilters.simple(s, at, across, along, size, most);
        } else {
            EdgeFilters.inner(s, at, across, along, size, most, strength.interior, strength.variance);
        }
    }
}
