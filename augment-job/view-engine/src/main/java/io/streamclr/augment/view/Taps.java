package io.streamclr.augment.view;

/**
 * What one axis of a resize reads: output sample i is the sum of {@code count} input samples from {@code start[i]} on,
 * weighed by {@code weights[i * count ...]}. Positions and weights are Pillow's and torchvision's with antialias: centres
 * at half samples, nothing read beyond the border. Weights are whole numbers, as Pillow's are for bytes, so that sums of
 * them have no order; the weights of a sample add up to {@link #ONE} exactly, so that an even area stays what it is.
 */
final class Taps {

    /** Bits after the point of a weight: a byte times the absolute weights of both filters stays within an int. */
    static final int BITS = 22;

    /** The weight 1. */
    static final int ONE = 1 << BITS;

    /** First input sample of every output sample. */
    int[] start = new int[0];

    /** {@code count} weights for every output sample; some of them may be 0. */
    int[] weights = new int[0];

    /** Input samples for an output sample: as many as the one that needs most. */
    int count;

    /** Lays the taps for a resize from {@code from} samples to {@code into}; keeps its arrays where they suffice. */
    void lay(Filter filter, int from, int into) {
        double scale = (double) from / into;
        double stretch = Math.max(scale, 1);
        double reach = filter.reach * stretch;
        count = 1;
        for (int i = 0; i < into; i++) {
            double centre = (i + 0.5) * scale;
            count = Math.max(count, high(centre, reach, from) - low(centre, reach));
        }
        if (start.length < into) {
            start = new int[into];
        }
        if (weights.length < into * count) {
            weights = new int[into * count];
        }
        double[] exact = new double[count];
        for (int i = 0; i < into; i++) {
            double centre = (i + 0.5) * scale;
            int low = low(centre, reach);
            int high = high(centre, reach, from);
            int first = Math.min(low, from - count);
            double sum = 0;
            for (int k = 0; k < count; k++) {
                int sample = first + k;
                exact[k] = sample < low || sample >= high ? 0 : filter.weight((sample - centre + 0.5) / stretch);
                sum += exact[k];
            }
            start[i] = first;
            round(exact, sum, i * count);
        }
    }

    private static int low(double centre, double reach) {
        return Math.max(0, (int) (centre - reach + 0.5));
    }

    private static int high(double centre, double reach, int from) {
        return Math.min(from, (int) (centre + reach + 0.5));
    }

    /** Rounds the weights of one sample; the largest takes what rounding leaves. */
    private void round(double[] exact, double sum, int at) {
        int rest = ONE;
        int largest = 0;
        for (int k = 0; k < count; k++) {
            weights[at + k] = (int) StrictMath.rint(exact[k] / sum * ONE);
            rest -= weights[at + k];
            if (weights[at + k] > weights[at + largest]) {
                largest = k;
            }
        }
        weights[at + largest] += rest;
    }
}
