package io.streamclr.augment.decode.webp;

import java.util.Arrays;

/**
 * Samples of luminance or of one colour, with what stands around them for the prediction of those at the edges (RFC
 * 6386, section 12.2): 127 above, 129 to the left.
 */
final class Plane {

    /** To either side; four are looked at to the right above. */
    private static final int MARGIN = 4;

    private final byte[] samples;
    private final int stride;

    /** @param width of whole macroblocks, like the height */
    Plane(int width, int height) {
        this.stride = width + 2 * MARGIN;
        this.samples = new byte[stride * (height + 1)];
        Arrays.fill(samples, 0, stride, (byte) 127);
        for (int y = 0; y < height; y++) {
            samples[at(-1, y)] = (byte) 129;
        }
    }

    /** What {@link #at} finds its way in. */
    byte[] samples() {
        return samples;
    }

    /** From one row to the next. */
    int stride() {
        return stride;
    }

    int at(int x, int y) {
        return (y + 1) * stride + MARGIN + x;
    }

    /** Repeats the last sample of a row, for the prediction of what is below it. */
    void prolong(int y) {
        int end = (y + 2) * stride - MARGIN;
        Arrays.fill(samples, end, end + MARGIN, samples[end - 1]);
    }
}
