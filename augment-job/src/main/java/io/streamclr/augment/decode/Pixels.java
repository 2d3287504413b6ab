package io.streamclr.augment.decode;

import java.util.Arrays;

/**
 * A decoded image, upright: packed RGB, one unsigned byte a channel, row-major, so that the red of pixel (x, y) is
 * {@code rgb[3 * (y * width + x)]}.
 *
 * @param width in pixels, 1 or more
 * @param height in pixels, 1 or more
 * @param rgb {@code 3 * width * height} bytes; owned by this record, never written to
 */
public record Pixels(int width, int height, byte[] rgb) {

    public Pixels {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(
                    "An image of " + width + " x " + height + " pixels cannot have " + rgb.length + " bytes");
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pixels that
                && width == that.width
                && height == that.height
                && Arrays.equals(rgb, that.rgb);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "Pixels[" + width + " x " + height + "]";
    }
}
