package io.streamclr.augment.decode.jpeg;

import java.io.IOException;
import java.util.Arrays;

/** A Huffman code (T.81, annex C). */
final class HuffmanTable {

    private static final int LONGEST = 16;
    private static final int FAST = 9;

    /** For the next bits: length of the code in the high byte, symbol in the low one; 0 if the code is longer. */
    private final short[] fast = new short[1 << FAST];

    private final int[] lastCode = new int[LONGEST + 1];
    private final int[] firstSymbol = new int[LONGEST + 1];
    private final byte[] symbols;

    /**
     * @param counts how many codes of 1, 2 and up to 16 bits there are
     * @param symbols in the order of their codes
     */
    HuffmanTable(int[] counts, byte[] symbols) throws IOException {
        this.symbols = symbols;
        Arrays.fill(lastCode, -1);
        int code = 0;
        int symbol = 0;
        for (int length = 1; length <= LONGEST; length++) {
            firstSymbol[length] = symbol - code;
            for (int i = 0; i < counts[length - 1]; i++) {
                if (code >= 1 << length) {
                    throw new IOException("a Huffman table has more codes than there can be");
                }
                if (length <= FAST) {
                    int begin = code << (FAST - length);
                    short entry = (short) (length << 8 | (symbols[symbol] & 0xff));
                    Arrays.fill(fast, begin, begin + (1 << (FAST - length)), entry);
                }
                lastCode[length] = code++;
                symbol++;
            }
            code <<= 1;
        }
    }

    /** Whether every symbol is a number of bits that a difference can have. */
    boolean hasOnlyLengthsTo(int most) {
        for (byte symbol : symbols) {
            if ((symbol & 0xff) > most) {
                return false;
            }
        }
        return true;
    }

    int decode(BitReader in) throws IOException {
        int next = in.peek(LONGEST);
        int entry = fast[next >>> (LONGEST - FAST)];
        if (entry != 0) {
            in.skip(entry >> 8);
            return entry & 0xff;
        }
        for (int length = FAST + 1; length <= LONGEST; length++) {
            int code = next >>> (LONGEST - length);
            if (code <= lastCode[length]) {
                in.skip(length);
                return symbols[code + firstSymbol[length]] & 0xff;
            }
        }
        in.skip(LONGEST);
        in.refuseUnlessStarved();
        return 0;
    }
}
