package io.streamclr.augment.view;

/**
 * Turns the hue in HSV space and keeps saturation and value, as torchvision's {@code adjust_hue}. Hue is a position on
 * a hexagon of circumference 6 with red at 0, green at 2 and blue at -2.
 *
 * <p>Written without branches, because branches keep the compiler from vectorising it: a comparison becomes a clamped
 * multiple of a difference.
 *
 * @param strength in [0, 0.5]; the shift is uniform in [-strength, strength), as a share of the whole circle
 */
record Hue(double strength) implements Operation {

    /** Makes 1 of every difference of samples that is not 0. */
    private static final float STEEP = 1e30f;

    @Override
    public String name() {
        return "hue";
    }

    @Override
    public int arity() {
        return 1;
    }

    @Override
    public double[] draw(Draws random) {
        return new double[] {random.between(-strength, strength)};
    }

    @Override
    public void apply(Canvas canvas, double[] values) {
        turn(canvas.planes[0], canvas.planes[1], canvas.planes[2], (float) (6 * values[0]));
    }

    private static void turn(float[] reds, float[] greens, float[] blues, float shift) {
        for (int i = 0; i < reds.length; i++) {
            float red = reds[i];
            float green = greens[i];
            float blue = blues[i];
            float high = Math.max(red, Math.max(green, blue));
            float low = Math.min(red, Math.min(green, blue));
            float middle = Math.max(Math.min(red, green), Math.min(Math.max(red, green), blue));
            float chroma = high - low;
            float within = (middle - low) / Math.max(chroma, 1e-30f);

            // Distance from red, in [0, 3]: within where red is high, 2 - within where it is the middle one, 2 + within
            // where it is low.
            float notHigh = Math.min(1f, (high - red) * STEEP);
            float notLow = Math.min(1f, (red - low) * STEEP);
            float distance = 2f * notHigh + within * (1f - 2f * notHigh * notLow);
            float side = Math.min(
                    1f, Math.max(-1f, (green - blue) * STEEP + 1f)); // opposite red there is no side: 1 will do
            float hue = side * distance + shift;

            float offGreen = Math.abs(hue - 2f);
            float offBlue = Math.abs(hue + 2f);
            float offRed = Math.abs(hue);
            reds[i] = low + chroma * share(offRed);
            greens[i] = low + chroma * share(offGreen);
            blues[i] = low + chroma * share(offBlue);
        }
    }

    /** How much of the chroma a primary has whose distance from the hue is this, in [0, 9] and modulo 6. */
    private static float share(float distance) {
        float shortest = Math.min(distance, Math.abs(distance - 6f));
        return Math.min(1f, Math.max(0f, 2f - shortest));
    }
}
