package io.streamclr.augment.decode.webp;

import java.util.Arrays;

/** White paper, and an image on it. */
final class Canvas {

    private final byte[] rgb;
    private final int width;
    private final int left;
    private final int top;

    /**
     * @param left where the image begins
     * @param top where it begins
     */
    Canvas(int width, int height, int left, int top) {
        this.rgb = new byte[3 * width * height];
        this.width = width;
        this.left = left;
        this.top = top;
        Arrays.fill(rgb, (byte) 255);
    }

    /** The place of a pixel of the image. */
    int at(int x, int y) {
        return 3 * ((top + y) * width + left + x);
    }

    /** Draws a pixel; gives the place of the one to the right of it. */
    int put(int at, int red, int green, int blue, int opacity) {
        if (opacity == 255) {
            rgb[at] = (byte) red;
            rgb[at + 1] = (byte) green;
            rgb[at + 2] = (byte) blue;
        } else {
            rgb[at] = overWhite(red, opacity);
            rgb[at + 1] = overWhite(green, opacity);
            rgb[at + 2] = overWhite(blue, opacity);
        }
        return at + 3;
    }

    private static byte overWhite(int value, int opacity) {
        return (byte) ((value * opacity + 255 * (255 - opacity) + 127) / 255);
    }

    /** Packed RGB, row-major. */
    byte[] rgb() {
        return rgb;
    }
}
