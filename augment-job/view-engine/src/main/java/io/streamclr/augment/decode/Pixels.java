package io.streamclr.augment.decode;

import java.util.Arrays;

/**
 * A decoded image, upright, or the part of it that was decoded: packed RGB, one unsigned byte a channel, row-major.
 *
 * @param width of the whole image as it was encoded, in pixels, 1 or more
 * @param height of the whole image as it was encoded, in pixels, 1 or more
 * @param shrink by how much its sides were divided while it was decoded, rounded up: 1, 2, 4 or 8
 * @param region the part of the shrunk image that is here
 * @param rgb {@code 3 * region.width() * region.height()} bytes; owned by this record, never written to
 */
public record Pixels(int width, int height, int shrink, Region region, byte[] rgb) {

    public Pixels {
        if (!Region.whole(width, height).shrunk(shrink).contains(region)
                || rgb.length != 3L * region.width() * region.height()) {
            throw new IllegalArgumentException("An image of " + width + " x " + height + " pixels cannot have "
                    + rgb.length + " bytes in " + region);
        }
    }

    /** A whole image. */
    public Pixels(int width, int height, byte[] rgb) {
        this(width, height, 1, Region.whole(width, height), rgb);
    }

    /** Where in {@link #rgb} the red of a pixel lies, for coordinates of the shrunk image that are in the region. */
    public int at(int x, int y) {
        return 3 * ((y - region.y()) * region.width() + x - region.x());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pixels that
                && width == that.width
                && height == that.height
                && shrink == that.shrink
                && region.equals(that.region)
                && Arrays.equals(rgb, that.rgb);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * (31 * (31 * width + height) + shrink) + region.hashCode()) + Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "Pixels[" + width + " x " + height + " by " + shrink + ", " + region + "]";
    }
}
