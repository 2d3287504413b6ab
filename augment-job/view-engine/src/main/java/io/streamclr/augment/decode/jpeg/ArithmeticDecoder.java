package io.streamclr.augment.decode.jpeg;

import java.io.IOException;

/** Decodes binary decisions (T.81, D.2). A context is a byte: its state, and in the highest bit the likelier symbol. */
final class ArithmeticDecoder {

    private static final int LIKELIER = 0x80;
    private static final int HALF = 0x8000;

    private final BitReader in;

    /** The interval's size, and where in it the code lies, with 16 bits before the point. */
    private int size;

    private long code;

    /** Bits of the code that are read and not yet before the point. */
    private int ahead;

    ArithmeticDecoder(BitReader in) {
        this.in = in;
        restart();
    }

    void restart() {
        size = 0;
        code = 0;
        ahead = -16;
    }

    int decode(byte[] contexts, int at) throws IOException {
        while (size < HALF) {
            readBit();
        }
        int context = contexts[at];
        int state = context & (LIKELIER - 1);
        int symbol = context >> 7 & 1;
        int less = ArithmeticStates.QE[state];
        size -= less;
        boolean unlikelySide = code >= (long) size << ahead;
        boolean lessProbable;
        if (unlikelySide) {
            code -= (long) size << ahead;
            lessProbable = size >= less;
            size = less;
        } else if (size < HALF) {
            lessProbable = size < less;
        } else {
            return symbol;
        }
        int likelier = symbol;
        if (lessProbable) {
            symbol ^= 1;
            likelier ^= ArithmeticStates.EXCHANGES[state] ? 1 : 0;
            state = ArithmeticStates.AFTER_LESS[state];
        } else {
            state = ArithmeticStates.AFTER_MORE[state];
        }
        contexts[at] = (byte) (likelier << 7 | state);
        return symbol;
    }

    /** Doubles the interval, and reads a byte where the code has no bit more. */
    private void readBit() throws IOException {
        if (--ahead < 0) {
            int next = in.nextByte();
            code = code << 8 | (next >= 0 ? next : in.zeroAfterEnd());
            ahead += 8;
            if (ahead < 0 && ++ahead == 0) {
                size = HALF;
            }
        }
        size <<= 1;
    }
}
