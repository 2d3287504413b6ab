package io.streamclr.augment.decode.jpeg;

import java.io.IOException;
import java.util.Arrays;

/** Blocks, or some bits of some of their coefficients, in arithmetic codes (T.81, F.2.4 and G.2.4). */
final class ArithmeticBlocks implements BlockDecoder {

    private static final int DC_CONTEXTS = 64;
    private static final int AC_CONTEXTS = 256;
    private static final int DC_MAGNITUDES = 20;
    private static final int AC_LOW_MAGNITUDES = 189;
    private static final int AC_HIGH_MAGNITUDES = 217;
    private static final int BITS = 14;
    private static final int OVERFLOW = 0x8000;

    private final BitReader in;
    private final ArithmeticDecoder decoder;
    private final boolean progressive;
    private final Scan scan;
    private final Conditioning conditioning;
    private final byte[][] dc = new byte[4][DC_CONTEXTS];
    private final byte[][] ac = new byte[4][AC_CONTEXTS];
    private final byte[] even = {ArithmeticStates.EVEN};
    private final int[] last;
    private final int[] lastDifference;

    /** Whether the rest, up to the next restart, is lost. */
    private boolean lost;

    ArithmeticBlocks(BitReader in, boolean progressive, Scan scan, Conditioning conditioning) {
        this.in = in;
        this.decoder = new ArithmeticDecoder(in);
        this.progressive = progressive;
        this.scan = scan;
        this.conditioning = conditioning;
        this.last = new int[scan.components.length];
        this.lastDifference = new int[scan.components.length];
    }

    @Override
    public void restart() {
        decoder.restart();
        for (int i = 0; i < last.length; i++) {
            Arrays.fill(dc[scan.dcTables[i]], (byte) 0);
            Arrays.fill(ac[scan.acTables[i]], (byte) 0);
        }
        Arrays.fill(last, 0);
        Arrays.fill(lastDifference, 0);
        lost = false;
    }

    @Override
    public void decode(int which, short[] coefficients, int at) throws IOException {
        if (lost) {
            return;
        }
        if (!progressive) {
            if (first(which)) {
                coefficients[at] = (short) last[which];
                others(which, coefficients, at);
            }
        } else if (scan.from > 0) {
            if (scan.high == 0) {
                others(which, coefficients, at);
            } else {
                refine(which, coefficients, at);
            }
        } else if (scan.high > 0) {
            if (decoder.decode(even, 0) != 0) {
                coefficients[at] |= (short) (1 << scan.low);
            }
        } else if (first(which)) {
            coefficients[at] = (short) (last[which] << scan.low);
        }
    }

    /** Decodes how much the first coefficient differs from that of the block before (figure F.19). */
    private boolean first(int which) throws IOException {
        int table = scan.dcTables[which];
        byte[] contexts = dc[table];
        int context = lastDifference[which];
        if (decoder.decode(contexts, context) == 0) {
            lastDifference[which] = 0;
            return true;
        }
        int sign = decoder.decode(contexts, context + 1);
        context += 2 + sign;
        int magnitude = decoder.decode(contexts, context);
        if (magnitude != 0) {
            context = DC_MAGNITUDES;
            while (decoder.decode(contexts, context) != 0) {
                magnitude <<= 1;
                if (magnitude == OVERFLOW) {
                    return lose();
                }
                context++;
            }
        }
        lastDifference[which] = conditioning.category(table, magnitude, sign);
        int difference = bitsBelow(contexts, context + BITS, magnitude) + 1;
        last[which] = (last[which] + (sign != 0 ? -difference : difference)) & 0xffff;
        return true;
    }

    /** Decodes the coefficients after the first (figure F.20). */
    private void others(int which, short[] coefficients, int at) throws IOException {
        int table = scan.acTables[which];
        byte[] contexts = ac[table];
        int to = progressive ? scan.to : Component.BLOCK - 1;
        for (int k = progressive ? scan.from : 1; k <= to; k++) {
            int context = 3 * (k - 1);
            if (decoder.decode(contexts, context) != 0) {
                return;
            }
            while (decoder.decode(contexts, context + 1) == 0) {
                context += 3;
                if (++k > to) {
                    lose();
                    return;
                }
            }
            int sign = decoder.decode(even, 0);
            context += 2;
            int magnitude = decoder.decode(contexts, context);
            if (magnitude != 0 && decoder.decode(contexts, context) != 0) {
                magnitude <<= 1;
                context = k <= conditioning.lastLow(table) ? AC_LOW_MAGNITUDES : AC_HIGH_MAGNITUDES;
                while (decoder.decode(contexts, context) != 0) {
                    magnitude <<= 1;
                    if (magnitude == OVERFLOW) {
                        lose();
                        return;
                    }
                    context++;
                }
            }
            int value = bitsBelow(contexts, context + BITS, magnitude) + 1;
            coefficients[at + Zigzag.PLACES[k]] = (short) ((sign != 0 ? -value : value) << scan.low);
        }
    }

    /** The highest bit of a magnitude is known; decodes those below it (figure F.24). */
    private int bitsBelow(byte[] contexts, int context, int highest) throws IOException {
        int value = highest;
        for (int bit = highest >> 1; bit != 0; bit >>= 1) {
            if (decoder.decode(contexts, context) != 0) {
                value |= bit;
            }
        }
        return value;
    }

    private void refine(int which, short[] coefficients, int at) throws IOException {
        byte[] contexts = ac[scan.acTables[which]];
        int lastKnown = scan.to;
        while (lastKnown > 0 && coefficients[at + Zigzag.PLACES[lastKnown]] == 0) {
            lastKnown--;
        }
        int bit = 1 << scan.low;
        for (int k = scan.from; k <= scan.to; k++) {
            int context = 3 * (k - 1);
            if (k > lastKnown && decoder.decode(contexts, context) != 0) {
                return;
            }
            while (true) {
                int place = at + Zigzag.PLACES[k];
                int value = coefficients[place];
                if (value != 0) {
                    if (decoder.decode(contexts, context + 2) != 0) {
                        coefficients[place] = (short) (value < 0 ? value - bit : value + bit);
                    }
                    break;
                }
                if (decoder.decode(contexts, context + 1) != 0) {
                    coefficients[place] = (short) (decoder.decode(even, 0) != 0 ? -bit : bit);
                    break;
                }
                context += 3;
                if (++k > scan.to) {
                    lose();
                    return;
                }
            }
        }
    }

    private boolean lose() throws IOException {
        in.refuseUnlessCut();
        lost = true;
        return false;
    }
}
