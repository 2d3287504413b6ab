package io.streamclr.augment.decode.jpeg2000;

import java.util.Arrays;

/** The adaptive binary arithmetic decoder of JPEG 2000 and JBIG2 (annex C). */
final class ArithmeticDecoder {

    private static final int CONTEXTS = 19;

    /** Probability of the less likely symbol, next state after it, next after the other, whether their roles change. */
    private static final int[][] STATES = {
        {0x5601, 1, 1, 1}, {0x3401, 2, 6, 0}, {0x1801, 3, 9, 0}, {0x0AC1, 4, 12, 0}, {0x0521, 5, 29, 0},
        {0x0221, 38, 33, 0}, {0x5601, 7, 6, 1}, {0x5401, 8, 14, 0}, {0x4801, 9, 14, 0}, {0x3801, 10, 14, 0},
        {0x3001, 11, 17, 0}, {0x2401, 12, 18, 0}, {0x1C01, 13, 20, 0}, {0x1601, 29, 21, 0}, {0x5601, 15, 14, 1},
        {0x5401, 16, 14, 0}, {0x5101, 17, 15, 0}, {0x4801, 18, 16, 0}, {0x3801, 19, 17, 0}, {0x3401, 20, 18, 0},
        {0x3001, 21, 19, 0}, {0x2801, 22, 19, 0}, {0x2401, 23, 20, 0}, {0x2201, 24, 21, 0}, {0x1C01, 25, 22, 0},
        {0x1801, 26, 23, 0}, {0x1601, 27, 24, 0}, {0x1401, 28, 25, 0}, {0x1201, 29, 26, 0}, {0x1101, 30, 27, 0},
        {0x0AC1, 31, 28, 0}, {0x09C1, 32, 29, 0}, {0x08A1, 33, 30, 0}, {0x0521, 34, 31, 0}, {0x0441, 35, 32, 0},
        {0x02A1, 36, 33, 0}, {0x0221, 37, 34, 0}, {0x0141, 38, 35, 0}, {0x0111, 39, 36, 0}, {0x0085, 40, 37, 0},
        {0x0049, 41, 38, 0}, {0x0025, 42, 39, 0}, {0x0015, 43, 40, 0}, {0x0009, 44, 41, 0}, {0x0005, 45, 42, 0},
        {0x0001, 45, 43, 0}, {0x5601, 46, 46, 0}
    };

    private static final int[] PROBABILITY = new int[STATES.length];
    private static final byte[] AFTER_LIKELY = new byte[STATES.length];
    private static final byte[] AFTER_OTHER = new byte[STATES.length];
    private static final byte[] CHANGE = new byte[STATES.length];

    static {
        for (int state = 0; state < STATES.length; state++) {
            PROBABILITY[state] = STATES[state][0];
            AFTER_LIKELY[state] = (byte) STATES[state][1];
            AFTER_OTHER[state] = (byte) STATES[state][2];
            CHANGE[state] = (byte) STATES[state][3];
        }
    }

    private final byte[] states = new byte[CONTEXTS];
    private final byte[] likely = new byte[CONTEXTS];
    private byte[] data = new byte[0];
    private int end;
    private int at;
    private int code;
    private int interval;
    private int left;

    /** Forgets what it has learned (table D.7). */
    void resetContexts() {
        Arrays.fill(states, (byte) 0);
        Arrays.fill(likely, (byte) 0);
        states[0] = 4;
        states[BlockDecoder.RUN] = 3;
        states[BlockDecoder.UNIFORM] = 46;
    }

    /** Starts on a segment. */
    void start(byte[] bytes, int from, int to) {
        data = bytes;
        at = from;
        end = to;
        code = octet(at) << 16;
        fill();
        code <<= 7;
        left -= 7;
        interval = 0x8000;
    }

    /** What lies after the end are ones. */
    private int octet(int place) {
        return place < end ? data[place] & 0xff : 0xff;
    }

    private void fill() {
        int next = octet(at + 1);
        if (octet(at) == 0xff) {
            if (next > 0x8f) {
                code += 0xff00;
                left = 8;
            } else {
                at++;
                code += next << 9;
                left = 7;
            }
        } else {
            at++;
            code += next << 8;
            left = 8;
        }
    }

    int decode(int context) {
        int state = states[context];
        int probability = PROBABILITY[state];
        int bit = likely[context];
        interval -= probability;
        if (code >>> 16 < probability) {
            boolean other = interval >= probability;
            interval = probability;
            bit = other ? unlikely(context, state) : expected(context, state);
            renormalise();
            return bit;
        }
        code -= probability << 16;
        if ((interval & 0x8000) == 0) {
            bit = interval < probability ? unlikely(context, state) : expected(context, state);
            renormalise();
        }
        return bit;
    }

    private int expected(int context, int state) {
        states[context] = AFTER_LIKELY[state];
        return likely[context];
    }

    private int unlikely(int context, int state) {
        int bit = 1 - likely[context];
        if (CHANGE[state] == 1) {
            likely[context] = (byte) bit;
        }
        states[context] = AFTER_OTHER[state];
        return bit;
    }

    private void renormalise() {
        do {
            if (left == 0) {
                fill();
            }
            interval <<= 1;
            code <<= 1;
            left--;
        } while ((interval & 0x8000) == 0);
    }
}
