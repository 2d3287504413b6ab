package io.streamclr.augment.decode.webp;

/** Arithmetic on whole pixels: alpha, red, green and blue, each by itself. */
final class Pixel {

    private static final int EVEN = 0x00FF00FF;
    private static final int ODD = 0xFF00FF00;
    private static final int ALL_BUT_LOWEST_BITS = 0xFEFEFEFE;

    private Pixel() {}

    /** Modulo 256. */
    static int sum(int one, int other) {
        return ((one & EVEN) + (other & EVEN) & EVEN) | ((one & ODD) + (other & ODD) & ODD);
    }

    /** Rounded down. */
    static int mean(int one, int other) {
        return (((one ^ other) & ALL_BUT_LOWEST_BITS) >>> 1) + (one & other);
    }

    /** The one that is nearer to {@code left + above - corner}; {@code above} if both are as near. */
    static int nearer(int left, int above, int corner) {
        int difference = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int c = corner >> shift & 0xff;
            difference += Math.abs((above >> shift & 0xff) - c) - Math.abs((left >> shift & 0xff) - c);
        }
        return difference < 0 ? left : above;
    }

    /** {@code left + above - corner}, clamped. */
    static int gradient(int left, int above, int corner) {
        int pixel = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            pixel |= clamp((left >> shift & 0xff) + (above >> shift & 0xff) - (corner >> shift & 0xff)) << shift;
        }
        return pixel;
    }

    /** The mean of the first two, moved away from the corner by half of its distance, clamped. */
    static int halfGradient(int left, int above, int corner) {
        int mean = mean(left, above);
        int pixel = 0;
        for (int shift = 0; shift < 32; shift += 8) {
            int value = mean >> shift & 0xff;
            pixel |= clamp(value + (value - (corner >> shift & 0xff)) / 2) << shift;
        }
        return pixel;
    }

    private static int clamp(int value) {
        return Math.max(0, Math.min(255, value));
    }
}
