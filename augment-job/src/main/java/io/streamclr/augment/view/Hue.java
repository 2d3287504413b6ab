package io.streamclr.augment.view;

/**
 * Turns the hue in HSV space and keeps saturation and value, as torchvision's {@code adjust_hue}. Hue is a position on
 * a hexagon of circumference 6 with red at 0, green at 2 and blue at -2.
 *
 * <p>Written without branches, in short loops, and with one index for all arrays, because that is what the compiler turns
 * into vector instructions: a comparison becomes a clamped multiple of a difference, and strips of samples go through
 * one small loop after another.
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
        float shift = (float) (6 * values[0]);
        float[] red = canvas.strips[0];
        float[] green = canvas.strips[1];
        float[] blue = canvas.strips[2];
        float[] low = canvas.strips[3];
        float[] chroma = canvas.strips[4];
        float[] hue = canvas.strips[5];
        for (int at = 0; at < canvas.planes[0].length; at += Canvas.STRIP) {
            int count = Math.min(Canvas.STRIP, canvas.planes[0].length - at);
            for (int channel = 0; channel < 3; channel++) {
                System.arraycopy(canvas.planes[channel], at, canvas.strips[channel], 0, count);
            }
            range(red, green, blue, low, chroma, count);
            within(red, green, blue, low, chroma, hue, count);
            distance(red, green, blue, low, hue, count);
            turn(green, blue, shift, hue, count);
            paint(low, chroma, hue, 0f, red, count);
            paint(low, chroma, hue, -2f, green, count);
            paint(low, chroma, hue, 2f, blue, count);
            for (int channel = 0; channel < 3; channel++) {
                System.arraycopy(canvas.strips[channel], 0, canvas.planes[channel], at, count);
            }
        }
    }

    private static void range(float[] red, float[] green, float[] blue, float[] low, float[] chroma, int count) {
        for (int i = 0; i < count; i++) {
            float high = Math.max(red[i], Math.max(green[i], blue[i]));
            low[i] = Math.min(red[i], Math.min(green[i], blue[i]));
            chroma[i] = high - low[i];
        }
    }

    /** Where the middle one of the three samples lies between the other two, in [0, 1]. */
    private static void within(
            float[] red, float[] green, float[] blue, float[] low, float[] chroma, float[] within, int count) {
        for (int i = 0; i < count; i++) {
            float middle = Math.max(Math.min(red[i], green[i]), Math.min(Math.max(red[i], green[i]), blue[i]));
            within[i] = (middle - low[i]) / Math.max(chroma[i], 1e-30f);
        }
    }

    /**
     * Distance from red, in [0, 3]: {@code within} where red is high, 2 - within where it is the middle one, 2 + within
     * where it is low.
     *
     * @param hue holds {@code within} before and the distance after
     */
    private static void distance(float[] red, float[] green, float[] blue, float[] low, float[] hue, int count) {
        for (int i = 0; i < count; i++) {
            float high = Math.max(red[i], Math.max(green[i], blue[i]));
            float notHigh = Math.min(1f, (high - red[i]) * STEEP);
            float notLow = Math.min(1f, (red[i] - low[i]) * STEEP);
            hue[i] = 2f * notHigh + hue[i] * (1f - 2f * notHigh * notLow);
        }
    }

    /** From distance to hue: green's side is the positive one; opposite red there is no side, and 1 will do. */
    private static void turn(float[] green, float[] blue, float shift, float[] hue, int count) {
        for (int i = 0; i < count; i++) {
            float side = Math.min(1f, Math.max(-1f, (green[i] - blue[i]) * STEEP + 1f));
            hue[i] = side * hue[i] + shift;
        }
    }

    /**
     * One channel: all of the chroma within 1 of its primary, none of it from 2 on.
     *
     * @param offset what added to the hue gives the distance from this channel's primary, in [-9, 9] and modulo 6
     */
    private static void paint(float[] low, float[] chroma, float[] hue, float offset, float[] channel, int count) {
        for (int i = 0; i < count; i++) {
            float distance = Math.abs(hue[i] + offset);
            float shortest = Math.min(distance, Math.abs(distance - 6f));
            channel[i] = low[i] + chroma[i] * Math.min(1f, Math.max(0f, 2f - shortest));
        }
    }
}
