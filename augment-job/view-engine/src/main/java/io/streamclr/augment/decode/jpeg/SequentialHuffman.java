package io.streamclr.augment.decode.jpeg;

import java.io.IOException;
import java.util.Arrays;

/** Whole blocks in Huffman codes (T.81, F.2.2). */
final class SequentialHuffman implements BlockDecoder {

    private static final int RUN_OF_ZEROS = 15;

    private final BitReader in;
    private final HuffmanTable[] dc;
    private final HuffmanTable[] ac;
    private final int[] last;

    SequentialHuffman(BitReader in, HuffmanTable[] dc, HuffmanTable[] ac) {
        this.in = in;
        this.dc = dc;
        this.ac = ac;
        this.last = new int[dc.length];
    }

    @Override
    public void decode(int which, short[] coefficients, int at) throws IOException {
        last[which] += in.takeSigned(dc[which].decode(in));
        coefficients[at] = (short) last[which];
        HuffmanTable table = ac[which];
        for (int k = 1; k < Component.BLOCK; k++) {
            int symbol = table.decode(in);
            int zeros = symbol >> 4;
            int length = symbol & 0xf;
            if (length > 0) {
                k += zeros;
                if (k >= Component.BLOCK) {
                    in.refuseUnlessStarved();
                }
                coefficients[at + Zigzag.PLACES[k]] = (short) in.takeSigned(length);
            } else if (zeros == RUN_OF_ZEROS) {
                k += RUN_OF_ZEROS;
            } else {
                return;
            }
        }
    }

    @Override
    public void restart() {
        Arrays.fill(last, 0);
    }
}
