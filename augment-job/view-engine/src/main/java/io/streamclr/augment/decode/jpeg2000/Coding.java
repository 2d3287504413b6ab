package io.streamclr.augment.decode.jpeg2000;

import java.io.IOException;

/**
 * How the samples of one component are coded (A.6.1).
 *
 * @param levels of the wavelet transform, 0 to 32
 * @param blockWidth of a code-block, as a power of two
 * @param blockHeight of a code-block, as a power of two
 * @param style bits: {@link #BYPASS} and those that follow it
 * @param reversible 5/3 filter in whole numbers; otherwise 9/7
 * @param precincts for each resolution, as powers of two: the lower four bits across, the upper down
 */
record Coding(int levels, int blockWidth, int blockHeight, int style, boolean reversible, byte[] precincts) {

    static final int BYPASS = 1;
    static final int RESET = 2;
    static final int ENDS_EACH_PASS = 4;
    static final int CAUSAL = 8;
    static final int MARKED = 32;

    private static final int MOST_LEVELS = 32;
    private static final int HIGH_THROUGHPUT = 64;

    static Coding read(Bytes in, boolean ownPrecincts) throws IOException {
        int levels = in.octet();
        int blockWidth = in.octet() + 2;
        int blockHeight = in.octet() + 2;
        int style = in.octet();
        int transform = in.octet();
        if (levels > MOST_LEVELS
                || blockWidth > 10
                || blockHeight > 10
                || blockWidth + blockHeight > 12
                || (style & HIGH_THROUGHPUT) != 0
                || transform > 1) {
            throw Bytes.broken("has a coding style that is none");
        }
        byte[] precincts = new byte[levels + 1];
        for (int resolution = 0; resolution <= levels; resolution++) {
            precincts[resolution] = (byte) (ownPrecincts ? in.octet() : 0xff);
            if (resolution > 0 && ((precincts[resolution] & 15) == 0 || (precincts[resolution] & 0xf0) == 0)) {
                throw Bytes.broken("has precincts without size");
            }
        }
        return new Coding(levels, blockWidth, blockHeight, style, transform == 1, precincts);
    }

    int precinctWidth(int resolution) {
        return precincts[resolution] & 15;
    }

    int precinctHeight(int resolution) {
        return precincts[resolution] >> 4 & 15;
    }

    /** Of a code-block, which lies within its precinct, as a power of two. */
    int blockWidth(int resolution) {
        return Math.min(blockWidth, precinctWidth(resolution) - (resolution > 0 ? 1 : 0));
    }

    /** Of a code-block, which lies within its precinct, as a power of two. */
    int blockHeight(int resolution) {
        return Math.min(blockHeight, precinctHeight(resolution) - (resolution > 0 ? 1 : 0));
    }

    boolean has(int bit) {
        return (style & bit) != 0;
    }
}
