package io.streamclr.augment.decode.format;

/**
 * Brightness and two differences as RGB: the sums of JFIF 1.02 in 16 bits after the point, as libjpeg rounds them. Both
 * differences are given without the middle that files add to them; results are from 0 to the greatest level.
 */
public final class Jfif {

    private static final int HALF = 1 << 15;
    private static final long RED_OF_CR = 91_881;
    private static final long BLUE_OF_CB = 116_130;
    private static final long GREEN_OF_CR = 46_802;
    private static final long GREEN_OF_CB = 22_554;

    private Jfif() {}

    /** @param most the greatest level, up to that of 16 bits */
    public static int red(int brightness, int cr, int most) {
        return limited(brightness, RED_OF_CR * cr, most);
    }

    /** @param most the greatest level, up to that of 16 bits */
    public static int green(int brightness, int cb, int cr, int most) {
        return limited(brightness, -GREEN_OF_CB * cb - GREEN_OF_CR * cr, most);
    }

    /** @param most the greatest level, up to that of 16 bits */
    public static int blue(int brightness, int cb, int most) {
        return limited(brightness, BLUE_OF_CB * cb, most);
    }

    private static int limited(int brightness, long difference, int most) {
        return Math.max(0, Math.min(most, brightness + (int) ((difference + HALF) >> 16)));
    }
}
