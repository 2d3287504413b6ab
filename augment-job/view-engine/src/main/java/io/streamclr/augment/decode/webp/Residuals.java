package io.streamclr.augment.decode.webp;

import java.io.EOFException;
import java.util.Arrays;

/**
 * The coefficients of one macroblock after the other (RFC 6386, section 13): 16 blocks of luminance, and 4 of each
 * colour. How probable a coefficient is depends on whether the blocks above and to the left have any.
 */
final class Residuals {

    static final int BLOCK = 16;
    static final int BLOCKS = 24;

    private static final int LUMA_WITHOUT_MEANS = 0;
    private static final int MEANS = 1;
    private static final int CHROMA = 2;
    private static final int LUMA = 3;

    private static final int[][] PLACES = {
        CoefficientProbabilities.places(LUMA_WITHOUT_MEANS),
        CoefficientProbabilities.places(MEANS),
        CoefficientProbabilities.places(CHROMA),
        CoefficientProbabilities.places(LUMA)
    };

    private static final int[] ZIGZAG = {0, 1, 4, 8, 5, 2, 3, 6, 9, 12, 13, 10, 7, 11, 14, 15};

    /** Of the bits of large values (section 13.2). */
    private static final int[][] LARGE = {
        {173, 148, 140},
        {176, 155, 140, 135},
        {180, 157, 141, 134, 130},
        {254, 254, 243, 230, 196, 177, 153, 140, 133, 130, 129}
    };

    /** Four luminance blocks, two of each colour, and the means. */
    private static final int CONTEXTS = 9;

    private static final int MEANS_CONTEXT = 8;

    private final int[] probabilities;
    private final byte[] above;
    private final byte[] left = new byte[CONTEXTS];
    private final short[] values = new short[BLOCKS * BLOCK];
    private final short[] means = new short[BLOCK];

    /** How many coefficients of each block may differ from 0, in the order in which they are read. */
    private final int[] counts = new int[BLOCKS];

    Residuals(CoefficientProbabilities probabilities, int columns) {
        this.probabilities = probabilities.numbers();
        this.above = new byte[CONTEXTS * columns];
    }

    void beginRow() {
        Arrays.fill(left, (byte) 0);
    }

    /** Multiplied with their steps, block after block, in rows. */
    short[] values() {
        return values;
    }

    /**
     * How many coefficients of a block may differ from 0; of its first alone if the block has its mean from elsewhere.
     */
    int count(int block) {
        return counts[block];
    }

    /** Takes note of a macroblock that has none. */
    void none(int column, boolean subblocks) {
        int contexts = subblocks ? MEANS_CONTEXT : CONTEXTS;
        Arrays.fill(above, column * CONTEXTS, column * CONTEXTS + contexts, (byte) 0);
        Arrays.fill(left, 0, contexts, (byte) 0);
        Arrays.fill(counts, 0);
    }

    /**
     * Reads those of one macroblock.
     *
     * @param subblocks whether its blocks of 4 x 4 are predicted one by one; otherwise their means are apart
     * @return whether any differs from 0
     */
    boolean read(BooleanDecoder from, int column, boolean subblocks, Quantiser steps) throws EOFException {
        Arrays.fill(values, (short) 0);
        int contexts = column * CONTEXTS;
        int first = 0;
        if (!subblocks) {
            readMeans(from, contexts + MEANS_CONTEXT, steps.means());
            first = 1;
        }
        int[] places = PLACES[subblocks ? LUMA : LUMA_WITHOUT_MEANS];
        boolean any = false;
        for (int block = 0; block < 16; block++) {
            any |= readBlock(from, places, steps.luma(), first, block, contexts + (block & 3), block >> 2);
        }
        for (int block = 16; block < BLOCKS; block++) {
            int colour = 4 + ((block - 16) >> 2 << 1);
            any |= readBlock(
                    from,
                    PLACES[CHROMA],
                    steps.chroma(),
                    0,
                    block,
                    contexts + colour + (block & 1),
                    colour + (block >> 1 & 1));
        }
        return any;
    }

    private boolean readBlock(BooleanDecoder from, int[] places, int[] steps, int first, int block, int top, int side)
            throws EOFException {
        int at = block * BLOCK;
        int count = tokens(from, places, above[top] + left[side], steps, first, values, at);
        byte seen = (byte) (count > first ? 1 : 0);
        above[top] = seen;
        left[side] = seen;
        if (count <= 1) {
            count = values[at] == 0 ? 0 : 1;
        }
        counts[block] = count;
        return count > 0;
    }

    private void readMeans(BooleanDecoder from, int top, int[] steps) throws EOFException {
        Arrays.fill(means, (short) 0);
        int count = tokens(from, PLACES[MEANS], above[top] + left[MEANS_CONTEXT], steps, 0, means, 0);
        byte seen = (byte) (count > 0 ? 1 : 0);
        above[top] = seen;
        left[MEANS_CONTEXT] = seen;
        InverseTransform.means(means, values);
    }

    /** Reads a block from its coefficient {@code first} on; gives where it ends. */
    private int tokens(BooleanDecoder from, int[] places, int context, int[] steps, int first, short[] to, int at)
            throws EOFException {
        int[] p = probabilities;
        int place = places[first] + context * CoefficientProbabilities.STEPS;
        for (int n = first; n < BLOCK; n++) {
            if (from.bit(p[place]) == 0) {
                return n;
            }
            while (from.bit(p[place + 1]) == 0) {
                n++;
                if (n == BLOCK) {
                    return BLOCK;
                }
                place = places[n];
            }
            int next = places[n + 1];
            int value;
            if (from.bit(p[place + 2]) == 0) {
                value = 1;
                place = next + CoefficientProbabilities.STEPS;
            } else {
                value = moreThanOne(from, p, place);
                place = next + 2 * CoefficientProbabilities.STEPS;
            }
            to[at + ZIGZAG[n]] = (short) ((from.flag() ? -value : value) * steps[n > 0 ? 1 : 0]);
        }
        return BLOCK;
    }

    private static int moreThanOne(BooleanDecoder from, int[] p, int place) throws EOFException {
        if (from.bit(p[place + 3]) == 0) {
            return from.bit(p[place + 4]) == 0 ? 2 : 3 + from.bit(p[place + 5]);
        }
        if (from.bit(p[place + 6]) == 0) {
            if (from.bit(p[place + 7]) == 0) {
                return 5 + from.bit(159);
            }
            int two = from.bit(165);
            return 7 + 2 * two + from.bit(145);
        }
        int upper = from.bit(p[place + 8]);
        int kind = 2 * upper + from.bit(p[place + 9 + upper]);
        int value = 0;
        for (int probability : LARGE[kind]) {
            value = 2 * value + from.bit(probability);
        }
        return value + 3 + (8 << kind);
    }
}
