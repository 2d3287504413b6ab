package io.streamclr.augment.decode;

/**
 * A part of an image, in pixels.
 *
 * @param x of its left column, 0 or more
 * @param y of its top row, 0 or more
 * @param width 1 or more
 * @param height 1 or more
 */
public record Region(int x, int y, int width, int height) {

    public Region {
        if (x < 0 || y < 0 || width < 1 || height < 1) {
            throw new IllegalArgumentException(
                    "There is no region of " + width + " x " + height + " pixels at (" + x + ", " + y + ")");
        }
    }

    /** All of an image. */
    public static Region whole(int width, int height) {
        return new Region(0, 0, width, height);
    }

    /** Whether the other lies in this one. */
    public boolean contains(Region other) {
        return other.x >= x
                && other.y >= y
                && (long) other.x + other.width <= (long) x + width
                && (long) other.y + other.height <= (long) y + height;
    }

    /** The smallest region of an image of a part of the sides that shows all of this one. */
    public Region shrunk(int by) {
        int left = x / by;
        int top = y / by;
        return new Region(left, top, (x + width + by - 1) / by - left, (y + height + by - 1) / by - top);
    }

    /** The smallest region that contains both. */
    public Region with(Region other) {
        int left = Math.min(x, other.x);
        int top = Math.min(y, other.y);
        int right = Math.max(x + width, other.x + other.width);
        int bottom = Math.max(y + height, other.y + other.height);
        return new Region(left, top, right - left, bottom - top);
    }
}
