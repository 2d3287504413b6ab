package io.streamclr.augment.decode.format;

/** White under what is transparent, in 8-bit levels. */
public final class White {

    private White() {}

    /**
     * A level as it shows over white.
     *
     * @param opacity 0 (only white shows) to 255
     */
    public static int under(int level, int opacity) {
        return (level * opacity + 255 * (255 - opacity) + 127) / 255;
    }

    /** As {@link #under}, of a level that is multiplied by its opacity already. */
    public static int underMultiplied(int level, int opacity) {
        return Math.min(255, level + 255 - opacity);
    }
}
