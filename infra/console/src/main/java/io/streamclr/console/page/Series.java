package io.streamclr.console.page;

import java.util.Arrays;

/**
 * A figure over time in bounded memory: when it is full, two neighbours become their mean, and from then on points lie as
 * far apart as these do. So a run of a week has a curve from its first step to its last, however densely each part of it
 * was given.
 */
final class Series {

    /** More than a screen has columns. */
    static final int MOST_POINTS = 1_024;

    private final double[] x = new double[MOST_POINTS];
    private final double[] y = new double[MOST_POINTS];
    private int points;
    /** From one point to the next, at least. */
    private double apart;

    private int gathered;
    private double sum;

    /**
     * Adds a value; one that is no number is passed over.
     *
     * @param at where it stands, above those before
     * @return whether a new point came about
     */
    boolean add(double at, double value) {
        if (!Double.isFinite(value)) {
            return false;
        }
        sum += value;
        gathered++;
        if (points == MOST_POINTS && !isNear(at)) {
            halve();
        }
        if (isNear(at)) {
            return false;
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
        apart = (x[points - 1] - x[0]) / (points - 1);
    }

    /** Whether this belongs to the next point, and is not yet its end. */
    private boolean isNear(double at) {
        return points > 0 && at - x[points - 1] < apart;
    }

    /**
     * Forgets everything from a place on.
     *
     * @return whether there was anything
     */
    boolean forgetFrom(double at) {
        int kept = points;
        while (kept > 0 && x[kept - 1] >= at) {
            kept--;
        }
        boolean any = kept < points;
        if (any) {
            points = kept;
            gathered = 0;
            sum = 0;
        }
        return any;
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
