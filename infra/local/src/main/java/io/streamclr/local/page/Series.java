package io.streamclr.local.page;

import java.util.Arrays;

/**
 * A figure over time in bounded memory: when it is full, two neighbours become their mean, and from then on twice as many
 * values make one point. So a run of a week has a curve from its first step to its last.
 */
final class Series {

    /** More than a screen has columns. */
    static final int MOST_POINTS = 1_024;

    private final double[] x = new double[MOST_POINTS];
    private final double[] y = new double[MOST_POINTS];
    private int points;
    private int stride = 1;
    private int gathered;
    private double sum;

    /**
     * Adds a value; one that is no number is passed over.
     *
     * @param at where it stands, not below those before
     * @return whether a new point came about
     */
    boolean add(double at, double value) {
        if (!Double.isFinite(value)) {
            return false;
        }
        sum += value;
        if (++gathered < stride) {
            return false;
        }
        if (points == MOST_POINTS) {
            halve();
            if (gathered < stride) {
                return false;
            }
        }
        x[points] = at;
        y[points] = sum / gathered;
        points++;
        gathered = 0;
        sum = 0;
        return true;
    }

    private void halve() {
        for (int i = 0; i < points / 2; i++) {
            x[i] = x[2 * i + 1];
            y[i] = (y[2 * i] + y[2 * i + 1]) / 2;
        }
        points /= 2;
        stride *= 2;
    }

    /** Where the points stand; a copy. */
    double[] x() {
        return Arrays.copyOf(x, points);
    }

    /** The points' values; a copy. */
    double[] y() {
        return Arrays.copyOf(y, points);
    }

    /** The newest point's value. */
    double newest() {
        return y[points - 1];
    }
}
