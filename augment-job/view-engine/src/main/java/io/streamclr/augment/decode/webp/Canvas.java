package io.streamclr.augment.decode.webp;

import io.streamclr.augment.decode.format.White;
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
            rgb[at] = (byte) White.under(red, opacity);
            rgb[at + 1] = (byte) White.under(green, opacity);
            rgb[at + 2] = (byte) White.under(blue, opacity);
        }
        return at + 3;
    }

    /** Packed RGB, row-major. */
    byte[] rgb() {
        return rgb;
    }
}
