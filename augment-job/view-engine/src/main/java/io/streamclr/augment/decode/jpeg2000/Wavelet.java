package io.streamclr.augment.decode.jpeg2000;

/** Puts bands together again, level by level (annex F). */
final class Wavelet {

    /** Columns that are transformed together, because they lie side by side in memory. */
    private static final int TOGETHER = 16;

    private static final float ALPHA = -1.586134342059924f;
    private static final float BETA = -0.052980118572961f;
    private static final float GAMMA = 0.882911075530934f;
    private static final float DELTA = 0.443506852043971f;
    private static final float K = 1.230174104914001f;

    private Wavelet() {}

    /** Makes samples of the coefficients of a component, in their place. */
    static void invert(TileComponent component) {
        int longest = Math.max(component.width(), component.height());
        boolean reversible = component.coding.reversible();
        int[] whole = new int[reversible ? TOGETHER * longest : 0];
        float[] fractional = new float[reversible ? 0 : TOGETHER * longest];
        for (int resolution = 1; resolution <= component.coding.levels(); resolution++) {
            int x0 = component.at(component.x0, resolution);
            int x1 = component.at(component.x1, resolution);
            int y0 = component.at(component.y0, resolution);
            int y1 = component.at(component.y1, resolution);
            int width = component.width();
            for (int y = 0; y < y1 - y0; y++) {
                if (reversible) {
                    line(component.whole, y * width, 1, x0, x1, 1, whole);
                } else {
                    line(component.fractional, y * width, 1, x0, x1, 1, fractional);
                }
            }
            for (int x = 0; x < x1 - x0; x += TOGETHER) {
                int columns = Math.min(TOGETHER, x1 - x0 - x);
                if (reversible) {
                    line(component.whole, x, width, y0, y1, columns, whole);
                } else {
                    line(component.fractional, x, width, y0, y1, columns, fractional);
                }
            }
        }
    }

    /**
     * Transforms lines that lie side by side, in whole numbers.
     *
     * @param start of the first
     * @param step from one coefficient of a line to the next
     * @param from coordinate of the first sample: even ones are low frequencies
     * @param to exclusive
     * @param lines how many
     * @param buffer of {@code lines * (to - from)} numbers or more
     */
    private static void line(int[] all, int start, int step, int from, int to, int lines, int[] buffer) {
        int length = to - from;
        int odd = from & 1;
        int low = (length + 1 - odd) / 2;
        if (length == 1) {
            for (int line = 0; odd == 1 && line < lines; line++) {
                all[start + line] /= 2;
            }
            return;
        }
        for (int i = 0; i < length; i++) {
            int at = (i < low ? 2 * i + odd : 2 * (i - low) + 1 - odd) * lines;
            System.arraycopy(all, start + i * step, buffer, at, lines);
        }
        for (int i = odd; i < length; i += 2) {
            int before = mirrored(i - 1, length) * lines;
            int after = mirrored(i + 1, length) * lines;
            for (int line = 0; line < lines; line++) {
                buffer[i * lines + line] -= (buffer[before + line] + buffer[after + line] + 2) >> 2;
            }
        }
        for (int i = 1 - odd; i < length; i += 2) {
            int before = mirrored(i - 1, length) * lines;
            int after = mirrored(i + 1, length) * lines;
            for (int line = 0; line < lines; line++) {
                buffer[i * lines + line] += (buffer[before + line] + buffer[after + line]) >> 1;
            }
        }
        for (int i = 0; i < length; i++) {
            System.arraycopy(buffer, i * lines, all, start + i * step, lines);
        }
    }

    /** The same with fractions. */
    private static void line(float[] all, int start, int step, int from, int to, int lines, float[] buffer) {
        int length = to - from;
        int odd = from & 1;
        int low = (length + 1 - odd) / 2;
        if (length == 1) {
            for (int line = 0; odd == 1 && line < lines; line++) {
                all[start + line] /= 2;
            }
            return;
        }
        for (int i = 0; i < length; i++) {
            int at = (i < low ? 2 * i + odd : 2 * (i - low) + 1 - odd) * lines;
            float scale = i < low ? K : 1 / K;
            for (int line = 0; line < lines; line++) {
                buffer[at + line] = all[start + i * step + line] * scale;
            }
        }
        lift(buffer, odd, length, lines, DELTA);
        lift(buffer, 1 - odd, length, lines, GAMMA);
        lift(buffer, odd, length, lines, BETA);
        lift(buffer, 1 - odd, length, lines, ALPHA);
        for (int i = 0; i < length; i++) {
            System.arraycopy(buffer, i * lines, all, start + i * step, lines);
        }
    }

    private static void lift(float[] buffer, int first, int length, int lines, float weight) {
        for (int i = first; i < length; i += 2) {
            int before = mirrored(i - 1, length) * lines;
            int after = mirrored(i + 1, length) * lines;
            for (int line = 0; line < lines; line++) {
                buffer[i * lines + line] -= weight * (buffer[before + line] + buffer[after + line]);
            }
        }
    }

    /** Beyond its ends a line goes back as it came. */
    private static int mirrored(int i, int length) {
        return i < 0 ? -i : i >= length ? 2 * length - 2 - i : i;
    }
}
