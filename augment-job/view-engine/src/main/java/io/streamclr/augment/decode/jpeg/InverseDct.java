package io.streamclr.augment.decode.jpeg;

import java.util.Arrays;

/**
 * The inverse transform of a block (T.81, A.3.3) by the integer algorithm of Loeffler, Ligtenberg and Moschytz (ICASSP
 * 1989), scaled and rounded as libjpeg's accurate one, so that the samples are the same to the bit.
 */
final class InverseDct {

    private static final int CONSTANT_BITS = 13;
    private static final int C_0_298 = 2446;
    private static final int C_0_390 = 3196;
    private static final int C_0_541 = 4433;
    private static final int C_0_765 = 6270;
    private static final int C_0_899 = 7373;
    private static final int C_1_175 = 9633;
    private static final int C_1_501 = 12299;
    private static final int C_1_847 = 15137;
    private static final int C_1_961 = 16069;
    private static final int C_2_053 = 16819;
    private static final int C_2_562 = 20995;
    private static final int C_3_072 = 25172;

    private final int centre;
    private final int most;

    /** Bits that the first pass keeps after the point. */
    private final int kept;

    /**
     * Whether sums and what the first pass makes have 16 bits, as in the registers of libjpeg-turbo. No real image needs
     * more, but what is made up after the end of one that was cut off may.
     */
    private final boolean narrow;

    private final int[] between = new int[Component.BLOCK];
    private final int[] eight = new int[8];

    /** @param precision 8 or 12 bits of a sample */
    InverseDct(int precision) {
        this.centre = 1 << (precision - 1);
        this.most = (1 << precision) - 1;
        this.kept = precision == 8 ? 2 : 1;
        this.narrow = precision == 8;
    }

    /**
     * Makes samples of coefficients.
     *
     * @param at where in the coefficients the block begins
     * @param to where in the samples it shall begin
     * @param stride samples in a row
     */
    void transform(short[] coefficients, int at, int[] quantisation, short[] samples, int to, int stride) {
        boolean allFlat = true;
        for (int column = 0; column < 8; column++) {
            boolean flat = true;
            for (int row = 0; row < 8; row++) {
                int place = 8 * row + column;
                eight[row] = sum(coefficients[at + place] * quantisation[place]);
                flat &= row == 0 || coefficients[at + place] == 0;
            }
            allFlat &= flat;
            if (flat) {
                Arrays.fill(eight, eight[0] << kept);
            } else {
                transformEight(CONSTANT_BITS - kept);
            }
            for (int row = 0; row < 8; row++) {
                between[8 * row + column] = eight[row];
            }
        }
        if (narrow) {
            for (int i = 0; i < between.length; i++) {
                between[i] =
                        allFlat ? (short) between[i] : Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, between[i]));
            }
        }
        for (int row = 0; row < 8; row++) {
            System.arraycopy(between, 8 * row, eight, 0, 8);
            transformEight(CONSTANT_BITS + kept + 3);
            for (int column = 0; column < 8; column++) {
                samples[to + row * stride + column] = (short) Math.max(0, Math.min(most, eight[column] + centre));
            }
        }
    }

    private void transformEight(int shift) {
        int z1 = (eight[2] + eight[6]) * C_0_541;
        int even2 = z1 - eight[6] * C_1_847;
        int even3 = z1 + eight[2] * C_0_765;
        int even0 = sum(eight[0] + eight[4]) << CONSTANT_BITS;
        int even1 = sum(eight[0] - eight[4]) << CONSTANT_BITS;
        int e0 = even0 + even3;
        int e3 = even0 - even3;
        int e1 = even1 + even2;
        int e2 = even1 - even2;

        int o0 = eight[7];
        int o1 = eight[5];
        int o2 = eight[3];
        int o3 = eight[1];
        int z3 = sum(o0 + o2);
        int z4 = sum(o1 + o3);
        int z5 = (z3 + z4) * C_1_175;
        z3 = z5 - z3 * C_1_961;
        z4 = z5 - z4 * C_0_390;
        int y1 = -(o0 + o3) * C_0_899;
        int y2 = -(o1 + o2) * C_2_562;
        o0 = o0 * C_0_298 + y1 + z3;
        o1 = o1 * C_2_053 + y2 + z4;
        o2 = o2 * C_3_072 + y2 + z3;
        o3 = o3 * C_1_501 + y1 + z4;

        int half = 1 << (shift - 1);
        eight[0] = (e0 + o3 + half) >> shift;
        eight[7] = (e0 - o3 + half) >> shift;
        eight[1] = (e1 + o2 + half) >> shift;
        eight[6] = (e1 - o2 + half) >> shift;
        eight[2] = (e2 + o1 + half) >> shift;
        eight[5] = (e2 - o1 + half) >> shift;
        eight[3] = (e3 + o0 + half) >> shift;
        eight[4] = (e3 - o0 + half) >> shift;
    }

    private int sum(int value) {
        return narrow ? (short) value : value;
    }
}
