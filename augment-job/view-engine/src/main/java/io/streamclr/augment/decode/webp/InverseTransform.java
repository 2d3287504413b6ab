package io.streamclr.augment.decode.webp;

/**
 * Turns coefficients into differences of samples (RFC 6386, section 14): exact in integers, so there is one right
 * result.
 */
final class InverseTransform {

    private static final int BLOCK = 16;
    private static final int LUMA_BLOCKS = 16;

    private InverseTransform() {}

    /** From the means of the luminance blocks (section 14.3) the first coefficient of each. */
    static void means(short[] means, short[] values) {
        int[] columns = new int[BLOCK];
        for (int i = 0; i < 4; i++) {
            int outer = means[i] + means[12 + i];
            int inner = means[4 + i] + means[8 + i];
            int innerLess = means[4 + i] - means[8 + i];
            int outerLess = means[i] - means[12 + i];
            columns[i] = outer + inner;
            columns[4 + i] = outerLess + innerLess;
            columns[8 + i] = outer - inner;
            columns[12 + i] = outerLess - innerLess;
        }
        for (int i = 0; i < LUMA_BLOCKS; i += 4) {
            int outer = columns[i] + 3 + columns[i + 3];
            int inner = columns[i + 1] + columns[i + 2];
            int innerLess = columns[i + 1] - columns[i + 2];
            int outerLess = columns[i] + 3 - columns[i + 3];
            values[i * BLOCK] = (short) ((outer + inner) >> 3);
            values[(i + 1) * BLOCK] = (short) ((outerLess + innerLess) >> 3);
            values[(i + 2) * BLOCK] = (short) ((outer - inner) >> 3);
            values[(i + 3) * BLOCK] = (short) ((outerLess - innerLess) >> 3);
        }
    }

    /**
     * Adds a block to what was predicted (section 14.4).
     *
     * @param values coefficients, of which those of this block begin at {@code at}
     * @param count how many may differ from 0
     */
    static void add(short[] values, int at, int count, byte[] samples, int to, int stride) {
        if (count == 1) {
            addMean((values[at] + 4) >> 3, samples, to, stride);
        } else if (count > 1) {
            addBlock(values, at, samples, to, stride);
        }
    }

    private static void addMean(int mean, byte[] samples, int to, int stride) {
        for (int y = 0; y < 4; y++) {
            for (int x = 0; x < 4; x++) {
                add(samples, to + x, mean);
            }
            to += stride;
        }
    }

    private static void addBlock(short[] v, int at, byte[] samples, int to, int stride) {
        int[] columns = new int[BLOCK];
        for (int i = 0; i < 4; i++) {
            int first = v[at + i];
            int second = v[at + 4 + i];
            int third = v[at + 8 + i];
            int fourth = v[at + 12 + i];
            int sum = first + third;
            int less = first - third;
            int inner = sine(second) - cosine(fourth);
            int outer = cosine(second) + sine(fourth);
            columns[4 * i] = sum + outer;
            columns[4 * i + 1] = less + inner;
            columns[4 * i + 2] = less - inner;
            columns[4 * i + 3] = sum - outer;
        }
        for (int i = 0; i < 4; i++) {
            int sum = columns[i] + 4 + columns[8 + i];
            int less = columns[i] + 4 - columns[8 + i];
            int inner = sine(columns[4 + i]) - cosine(columns[12 + i]);
            int outer = cosine(columns[4 + i]) + sine(columns[12 + i]);
            add(samples, to, (sum + outer) >> 3);
            add(samples, to + 1, (less + inner) >> 3);
            add(samples, to + 2, (less - inner) >> 3);
            add(samples, to + 3, (sum - outer) >> 3);
            to += stride;
        }
    }

    /** Times the square root of 2, times the cosine of an eighth of pi. */
    private static int cosine(int value) {
        return ((value * 20_091) >> 16) + value;
    }

    /** Times the square root of 2, times the sine of an eighth of pi. */
    private static int sine(int value) {
        return (value * 35_468) >> 16;
    }

    private static void add(byte[] samples, int at, int difference) {
        int value = (samples[at] & 0xff) + difference;
        samples[at] = (byte) ((value & ~0xff) == 0 ? value : value < 0 ? 0 : 255);
    }
}
