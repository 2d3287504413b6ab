package io.streamclr.augment.decode.webp;

import java.io.EOFException;

/**
 * What coefficients are multiplied with (RFC 6386, sections 9.6 and 14.1), the first of a block and the others.
 *
 * @param luma for luminance
 * @param means for the means of the sixteen luminance blocks
 * @param chroma for colours
 */
record Quantiser(int[] luma, int[] means, int[] chroma) {

    private static final int MOST = 127;
    private static final int MOST_FIRST_CHROMA = 117;
    private static final int LEAST_OF_MEANS = 8;

    private static final int[] FIRST = Numbers.of("""
            4 5 6 7 8 9 10 10 11 12 13 14 15 16 17 17 18 19 20 20 21 21 22 22 23 23 24 25 25 26 27 28
            29 30 31 32 33 34 35 36 37 37 38 39 40 41 42 43 44 45 46 46 47 48 49 50 51 52 53 54 55 56 57 58
            59 60 61 62 63 64 65 66 67 68 69 70 71 72 73 74 75 76 76 77 78 79 80 81 82 83 84 85 86 87 88 89
            91 93 95 96 98 100 101 102 104 106 108 110 112 114 116 118
            122 124 126 128 130 132 134 136 138 140 143 145 148 151 154 157
            """);

    private static final int[] OTHERS = Numbers.of("""
            4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35
            36 37 38 39 40 41 42 43 44 45 46 47 48 49 50 51 52 53 54 55 56 57 58 60 62 64 66 68 70 72 74 76
            78 80 82 84 86 88 90 92 94 96 98 100 102 104 106 108 110 112 114 116
            119 122 125 128 131 134 137 140 143 146 149 152 155 158 161 164 167 170 173
            177 181 185 189 193 197 201 205 209 213 217 221 225 229 234 239 245 249 254 259 264 269 274 279 284
            """);

    /**
     * Reads the steps of all segments.
     *
     * @param segments whether the segments have steps of their own
     * @param absolute whether those stand for themselves, or are added to the image's
     */
    static Quantiser[] read(BooleanDecoder header, boolean segments, boolean absolute, int[] ofSegments)
            throws EOFException {
        int step = header.number(7);
        int firstLuma = header.signedOrZero(4);
        int firstMean = header.signedOrZero(4);
        int otherMeans = header.signedOrZero(4);
        int firstChroma = header.signedOrZero(4);
        int otherChroma = header.signedOrZero(4);
        Quantiser[] all = new Quantiser[ofSegments.length];
        for (int i = 0; i < all.length; i++) {
            int own = !segments ? step : absolute ? ofSegments[i] : step + ofSegments[i];
            all[i] = new Quantiser(
                    new int[] {FIRST[clamped(own + firstLuma, MOST)], OTHERS[clamped(own, MOST)]},
                    new int[] {
                        2 * FIRST[clamped(own + firstMean, MOST)],
                        Math.max(LEAST_OF_MEANS, OTHERS[clamped(own + otherMeans, MOST)] * 155 / 100)
                    },
                    new int[] {
                        FIRST[clamped(own + firstChroma, MOST_FIRST_CHROMA)], OTHERS[clamped(own + otherChroma, MOST)]
                    });
        }
        return all;
    }

    private static int clamped(int step, int most) {
        return Math.max(0, Math.min(most, step));
    }
}
