package io.streamclr.augment.decode.webp;

import java.util.Arrays;

/** Predicts macroblocks from the samples above and to the left (RFC 6386, section 12). */
final class Prediction {

    private static final int LEFT_BELOW = 0;
    private static final int CORNER = 4;
    private static final int ABOVE = 5;
    private static final int EDGE = 13;

    /** Around a block of 4 x 4, from the lowest at the left to the corner and on to the eighth above. */
    private final int[] edge = new int[EDGE];

    /**
     * Predicts all samples of a macroblock alike.
     *
     * @param mode one of the first four of {@link SubblockModes}
     * @param size 16 for luminance, 8 for colours
     * @param column of macroblocks
     * @param row of macroblocks
     */
    static void macroblock(int mode, Plane plane, int size, int column, int row) {
        byte[] samples = plane.samples();
        int stride = plane.stride();
        int at = plane.at(size * column, size * row);
        switch (mode) {
            case SubblockModes.TRUE_MOTION -> trueMotion(samples, at, stride, size);
            case SubblockModes.VERTICAL -> {
                for (int y = 0; y < size; y++) {
                    System.arraycopy(samples, at - stride, samples, at + y * stride, size);
                }
            }
            case SubblockModes.HORIZONTAL -> {
                for (int y = 0; y < size; y++) {
                    int from = at + y * stride;
                    Arrays.fill(samples, from, from + size, samples[from - 1]);
                }
            }
            default -> {
                byte mean = (byte) mean(samples, at, stride, size, row > 0, column > 0);
                for (int y = 0; y < size; y++) {
                    Arrays.fill(samples, at + y * stride, at + y * stride + size, mean);
                }
            }
        }
    }

    private static int mean(byte[] samples, int at, int stride, int size, boolean above, boolean left) {
        if (!above && !left) {
            return 128;
        }
        int sum = 0;
        for (int i = 0; i < size; i++) {
            sum += above ? samples[at - stride + i] & 0xff : 0;
            sum += left ? samples[at + i * stride - 1] & 0xff : 0;
        }
        int count = above && left ? 2 * size : size;
        return (sum + count / 2) / count;
    }

    private static void trueMotion(byte[] samples, int at, int stride, int size) {
        int above = at - stride;
        int corner = samples[above - 1] & 0xff;
        for (int y = 0; y < size; y++) {
            int row = at + y * stride;
            int difference = (samples[row - 1] & 0xff) - corner;
            for (int x = 0; x < size; x++) {
                int value = (samples[above + x] & 0xff) + difference;
                samples[row + x] = (byte) ((value & ~0xff) == 0 ? value : value < 0 ? 0 : 255);
            }
        }
    }

    /**
     * Predicts a block of 4 x 4 luminance samples.
     *
     * @param right where the four samples above and to the right of it are
     */
    void subblock(int mode, byte[] s, int at, int stride, int right) {
        if (mode == SubblockModes.TRUE_MOTION) {
            trueMotion(s, at, stride, 4);
            return;
        }
        int[] e = edge;
        for (int i = 0; i < 4; i++) {
            e[LEFT_BELOW + 3 - i] = s[at + i * stride - 1] & 0xff;
            e[ABOVE + i] = s[at - stride + i] & 0xff;
            e[ABOVE + 4 + i] = s[right + i] & 0xff;
        }
        e[CORNER] = s[at - stride - 1] & 0xff;
        switch (mode) {
            case SubblockModes.VERTICAL -> {
                for (int i = 0; i < 16; i++) {
                    s[at + (i >> 2) * stride + (i & 3)] = three(e, ABOVE + (i & 3));
                }
            }
            case SubblockModes.HORIZONTAL -> horizontal(s, at, stride);
            case SubblockModes.RIGHT_DOWN -> {
                for (int i = 0; i < 16; i++) {
                    s[at + (i >> 2) * stride + (i & 3)] = three(e, CORNER - (i >> 2) + (i & 3));
                }
            }
            case SubblockModes.LEFT_DOWN -> leftDown(s, at, stride);
            case SubblockModes.VERTICAL_RIGHT -> verticalRight(s, at, stride);
            case SubblockModes.VERTICAL_LEFT -> verticalLeft(s, at, stride);
            case SubblockModes.HORIZONTAL_DOWN -> horizontalDown(s, at, stride);
            case SubblockModes.HORIZONTAL_UP -> horizontalUp(s, at, stride);
            default -> {
                int sum = 4;
                for (int i = 0; i < 4; i++) {
                    sum += e[LEFT_BELOW + i] + e[ABOVE + i];
                }
                for (int y = 0; y < 4; y++) {
                    Arrays.fill(s, at + y * stride, at + y * stride + 4, (byte) (sum >> 3));
                }
            }
        }
    }

    private void horizontal(byte[] s, int at, int stride) {
        int[] e = edge;
        for (int y = 0; y < 3; y++) {
            Arrays.fill(s, at + y * stride, at + y * stride + 4, three(e, CORNER - 1 - y));
        }
        Arrays.fill(s, at + 3 * stride, at + 3 * stride + 4, (byte) ((e[1] + 3 * e[0] + 2) >> 2));
    }

    private void leftDown(byte[] s, int at, int stride) {
        int[] e = edge;
        for (int i = 0; i < 15; i++) {
            s[at + (i >> 2) * stride + (i & 3)] = three(e, ABOVE + 1 + (i >> 2) + (i & 3));
        }
        s[at + 3 * stride + 3] = (byte) ((e[11] + 3 * e[12] + 2) >> 2);
    }

    /** The even rows lie between two samples of the edge, the odd ones at one, each pair a place further. */
    private void verticalRight(byte[] s, int at, int stride) {
        int[] e = edge;
        s[at + 3 * stride] = three(e, 2);
        s[at + 2 * stride] = three(e, 3);
        for (int x = 0; x < 4; x++) {
            byte even = two(e, CORNER + x);
            byte odd = three(e, CORNER + x);
            s[at + x] = even;
            s[at + stride + x] = odd;
            if (x < 3) {
                s[at + 2 * stride + x + 1] = even;
                s[at + 3 * stride + x + 1] = odd;
            }
        }
    }

    private void verticalLeft(byte[] s, int at, int stride) {
        int[] e = edge;
        for (int x = 0; x < 4; x++) {
            byte even = two(e, ABOVE + x);
            byte odd = three(e, ABOVE + 1 + x);
            s[at + x] = even;
            s[at + stride + x] = odd;
            if (x > 0) {
                s[at + 2 * stride + x - 1] = even;
                s[at + 3 * stride + x - 1] = odd;
            }
        }
        // The standard's last two leave the pattern.
        s[at + 2 * stride + 3] = three(e, ABOVE + 5);
        s[at + 3 * stride + 3] = three(e, ABOVE + 6);
    }

    private void horizontalDown(byte[] s, int at, int stride) {
        int[] e = edge;
        s[at + 2] = three(e, CORNER + 1);
        s[at + 3] = three(e, CORNER + 2);
        for (int y = 0; y < 4; y++) {
            byte even = two(e, CORNER - 1 - y);
            byte odd = three(e, CORNER - y);
            s[at + y * stride] = even;
            s[at + y * stride + 1] = odd;
            if (y < 3) {
                s[at + (y + 1) * stride + 2] = even;
                s[at + (y + 1) * stride + 3] = odd;
            }
        }
    }

    private void horizontalUp(byte[] s, int at, int stride) {
        int[] e = edge;
        byte last = (byte) e[LEFT_BELOW];
        byte[] along = {
            two(e, 2),
            three(e, 2),
            two(e, 1),
            three(e, 1),
            two(e, 0),
            (byte) ((e[1] + 3 * e[0] + 2) >> 2),
            last,
            last,
            last,
            last
        };
        for (int y = 0; y < 4; y++) {
            System.arraycopy(along, 2 * y, s, at + y * stride, 4);
        }
    }

    /** Between a sample of the edge and the next. */
    private static byte two(int[] e, int at) {
        return (byte) ((e[at] + e[at + 1] + 1) >> 1);
    }

    /** At a sample of the edge, with its neighbours. */
    private static byte three(int[] e, int at) {
        return (byte) ((e[at - 1] + 2 * e[at] + e[at + 1] + 2) >> 2);
    }
}
