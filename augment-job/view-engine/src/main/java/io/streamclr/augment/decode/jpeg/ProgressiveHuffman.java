package io.streamclr.augment.decode.jpeg;

import java.io.IOException;
import java.util.Arrays;

/** Some bits of some coefficients of each block in Huffman codes (T.81, G.2 and G.1.2.3). */
final class ProgressiveHuffman implements BlockDecoder {

    private static final int RUN_OF_ZEROS = 15;

    private final BitReader in;
    private final Scan scan;
    private final HuffmanTable[] tables;
    private final int[] last;

    /** How many blocks more, this one with them, have nothing new. */
    private int emptyBlocks;

    /** @param tables of each component: for the first coefficient, if the scan brings that, or for the others */
    ProgressiveHuffman(BitReader in, Scan scan, HuffmanTable[] tables) {
        this.in = in;
        this.scan = scan;
        this.tables = tables;
        this.last = new int[tables.length];
    }

    @Override
    public void decode(int which, short[] coefficients, int at) throws IOException {
        if (scan.from == 0) {
            if (scan.high == 0) {
                last[which] += in.takeSigned(tables[which].decode(in));
                coefficients[at] = (short) (last[which] << scan.low);
            } else if (in.take(1) != 0) {
                coefficients[at] |= (short) (1 << scan.low);
            }
        } else if (scan.high == 0) {
            begin(coefficients, at);
        } else {
            refine(coefficients, at);
        }
    }

    private void begin(short[] coefficients, int at) throws IOException {
        if (emptyBlocks > 0) {
            emptyBlocks--;
            return;
        }
        for (int k = scan.from; k <= scan.to; k++) {
            int symbol = tables[0].decode(in);
            int zeros = symbol >> 4;
            int length = symbol & 0xf;
            if (length > 0) {
                k += zeros;
                if (k > scan.to) {
                    in.refuseUnlessStarved();
                }
                coefficients[at + Zigzag.PLACES[k]] = (short) (in.takeSigned(length) << scan.low);
            } else if (zeros == RUN_OF_ZEROS) {
                k += RUN_OF_ZEROS;
            } else {
                emptyBlocks = (1 << zeros) + in.take(zeros) - 1;
                return;
            }
        }
    }

    private void refine(short[] coefficients, int at) throws IOException {
        int k = scan.from;
        if (emptyBlocks == 0) {
            for (; k <= scan.to; k++) {
                int symbol = tables[0].decode(in);
                int zeros = symbol >> 4;
                int length = symbol & 0xf;
                int value = 0;
                if (length > 0) {
                    if (length > 1) {
                        in.refuseUnlessStarved();
                    }
                    value = in.take(1) != 0 ? 1 << scan.low : -1 << scan.low;
                } else if (zeros != RUN_OF_ZEROS) {
                    emptyBlocks = (1 << zeros) + in.take(zeros);
                    break;
                }
                k = refineUpToZero(coefficients, at, k, zeros);
                if (value != 0) {
                    if (k > scan.to) {
                        in.refuseUnlessStarved();
                    }
                    coefficients[at + Zigzag.PLACES[k]] = (short) value;
                }
            }
        }
        if (emptyBlocks > 0) {
            refineUpToZero(coefficients, at, k, Component.BLOCK);
            emptyBlocks--;
        }
    }

    /**
     * Takes a bit for each coefficient that is not zero, as far as a zero.
     *
     * @param zeros how many zeros to pass by before that one
     * @return where that zero is, or 1 after the last coefficient
     */
    private int refineUpToZero(short[] coefficients, int at, int from, int zeros) throws IOException {
        int bit = 1 << scan.low;
        int toPass = zeros;
        for (int k = from; k <= scan.to; k++) {
            int place = at + Zigzag.PLACES[k];
            int value = coefficients[place];
            if (value != 0) {
                if (in.take(1) != 0 && (value & bit) == 0) {
                    coefficients[place] = (short) (value >= 0 ? value + bit : value - bit);
                }
            } else if (--toPass < 0) {
                return k;
            }
        }
        return scan.to + 1;
    }

    @Override
    public void restart() {
        Arrays.fill(last, 0);
        emptyBlocks = 0;
    }
}
