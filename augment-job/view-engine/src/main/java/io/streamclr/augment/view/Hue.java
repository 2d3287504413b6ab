package io.streamclr.augment.view;

/**
 * Turns the hue in HSV space and keeps saturation and value, as torchvision's {@code adjust_hue}. Hue is a position on
 * a hexagon of circumference 6 with red at 0, green at 2 and blue at -2.
 *
 * <p>Written without branches, in short loops, and with one index for all arrays, because that is what the compiler turns
 * into vector instructions: strips of samples go through one small loop after another. Differences of the larger and the
 * smaller of two samples come from absolute values, and hues are kept multiplied by the chroma, so that nothing has to be
 * divided by it.
 *
 * @param strength in [0, 0.5]; the shift is uniform in [-strength, strength), as a share of the whole circle
 */
record Hue(double strength) implements Operation {

    /** Nothing beside any difference of samples but 0. */
    private static final float NEGLIGIBLE = 1e-30f;

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
        float[] higher = canvas.strips[3];
        float[] lower = canvas.strips[4];
        float[] chroma = canvas.strips[5];
        float[] distance = canvas.strips[6];
        float[] hue = canvas.strips[7];
        for (int at = 0; at < canvas.planes[0].length; at += Canvas.STRIP) {
            int count = Math.min(Canvas.STRIP, canvas.planes[0].length - at);
            for (int channel = 0; channel < 3; channel++) {
                System.arraycopy(canvas.planes[channel], at, canvas.strips[channel], 0, count);
            }
            higher(red, green, blue, higher, count);
            lower(red, green, blue, lower, count);
            chroma(higher, lower, chroma, count);
            distance(higher, lower, distance, count);
            turn(green, blue, distance, chroma, shift, hue, count);
            float[] low = higher;
            low(red, lower, low, count);
            paint(low, chroma, hue, 0f, red, count);
            paint(low, chroma, hue, -2f, green, count);
            paint(low, chroma, hue, 2f, blue, count);
            for (int channel = 0; channel < 3; channel++) {
                System.arraycopy(canvas.strips[channel], 0, canvas.planes[channel], at, count);
            }
        }
    }

    /** What the higher one of green and blue has more than red. */
    private static void higher(float[] red, float[] green, float[] blue, float[] higher, int count) {
        for (int i = 0; i < count; i++) {
            higher[i] = 0.5f * (green[i] + blue[i] + Math.abs(green[i] - blue[i])) - red[i];
        }
    }

    /** What the lower one of green and blue has more than red. */
    private static void lower(float[] red, float[] green, float[] blue, float[] lower, int count) {
        for (int i = 0; i < count; i++) {
            lower[i] = 0.5f * (green[i] + blue[i] - Math.abs(green[i] - blue[i])) - red[i];
        }
    }

    /** The highest less the lowest sample: both may be red, which {@code higher} and {@code lower} are counted from. */
    private static void chroma(float[] higher, float[] lower, float[] chroma, int count) {
        for (int i = 0; i < count; i++) {
            chroma[i] = 0.5f * (higher[i] + Math.abs(higher[i]) - lower[i] + Math.abs(lower[i]));
        }
    }

    /**
     * Distance from red, in [0, 3], times chroma: how far green and blue are apart, and by how much they exceed red, the
     * higher one once and the lower one twice.
     */
    private static void distance(float[] higher, float[] lower, float[] distance, int count) {
        for (int i = 0; i < count; i++) {
            distance[i] = 1.5f * higher[i] + 0.5f * Math.abs(higher[i]) + Math.abs(lower[i]);
        }
    }

    /**
     * From distance to hue, both times chroma: green's side is the positive one; opposite red there is no side, and 1 will
     * do.
     */
    private static void turn(
            float[] green, float[] blue, float[] distance, float[] chroma, float shift, float[] hue, int count) {
        for (int i = 0; i < count; i++) {
            float difference = green[i] - blue[i];
            float side = (difference + NEGLIGIBLE) / (Math.abs(difference) + NEGLIGIBLE);
            hue[i] = side * distance[i] + shift * chroma[i];
        }
    }

    /** The lowest sample. */
    private static void low(float[] red, float[] lower, float[] low, int count) {
        for (int i = 0; i < count; i++) {
            low[i] = red[i] + 0.5f * (lower[i] - Math.abs(lower[i]));
        }
    }

    /**
     * One channel: all of the chroma within 1 of its primary, none of it from 2 on.
     *
     * @param hue times chroma
     * @param offset what added to the hue gives the distance from this channel's primary, in [-9, 9] and modulo 6
     */
    private static void paint(float[] low, float[] chroma, float[] hue, float offset, float[] channel, int count) {
        for (int i = 0; i < count; i++) {
            float half = 3f * chroma[i];
            float shortest = Math.abs(half - Math.abs(Math.abs(hue[i] + offset * chroma[i]) - half));
            float rest = 2f * chroma[i] - shortest;
            channel[i] = low[i] + 0.5f * (Math.abs(rest) - Math.abs(rest - chroma[i]) + chroma[i]);
        }
    }
}
