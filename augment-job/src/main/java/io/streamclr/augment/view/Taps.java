package io.streamclr.augment.view;

/**
 * What one axis of a resize reads: output sample i is the sum of {@code count} input samples from {@code start[i]} on,
 * weighed by {@code weights[i * count ...]}. Positions and weights are Pillow's and torchvision's with antialias: centres
 * at half samples, weights that add up to 1, nothing read beyond the border.
 */
final class Taps {

    /** First input sample of every output sample. */
    int[] start = new int[0];

    /** {@code count} weights for every output sample; the last of them may be 0. */
    float[] weights = new float[0];

    /** Input samples for an output sample. */
    int count;

    /** Lays the taps for a resize from {@code from} samples to {@code into}; keeps its arrays where they suffice. */
    void lay(Filter filter, int from, int into) {
        double scale = (double) from / into;
        double stretch = Math.max(scale, 1);
        double reach = filter.reach * stretch;
        count = Math.min(from, (int) Math.ceil(reach) * 2 + 1);
        if (start.length < into) {
            start = new int[into];
        }
        if (weights.length < into * count) {
            weights = new float[into * count];
        }
        double[] exact = new double[count];
        for (int i = 0; i < into; i++) {
            double centre = (i + 0.5) * scale;
            int low = Math.max(0, (int) (centre - reach + 0.5));
            int high = Math.min(from, (int) (centre + reach + 0.5));
            int first = Math.min(low, from - count);
            double sum = 0;
            for (int k = 0; k < count; k++) {
                int sample = first + k;
                exact[k] = sample < low || sample >= high ? 0 : filter.weight((sample - centre + 0.5) / stretch);
                sum += exact[k];
            }
            start[i] = first;
            for (int k = 0; k < count; k++) {
                weights[i * count + k] = (float) (exact[k] / sum);
            }
        }
    }
}
