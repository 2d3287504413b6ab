package io.streamclr.trainer.model;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;

/**
 * A linear map after the features of an encoder, after which they have the mean 0 and two views of an image differ by as
 * much in every direction, so that what an encoder did not learn to ignore does not decide which images are neighbours
 * (within-class covariance normalisation, Hatch, Kajarekar and Stolcke 2006, with an image for a class). Training goes on
 * with features as they are; only what others are given is whitened.
 *
 * @param weight (F, F), row-major, a lower triangular matrix; owned
 * @param bias (F); owned
 */
public record Whitening(float[] weight, float[] bias) {

    /** What a shipped module, and a file of its tensors, call the map. */
    public static final String WEIGHT = "whiten.weight";

    public static final String BIAS = "whiten.bias";

    /** What training knows of features: their mean, (F), and their covariance within the views of an image, (F, F). */
    static final String MEAN = "whiten.running_mean";

    static final String WITHIN = "whiten.running_within";

    /** How far a batch moves them: they have more numbers to estimate than statistics of layers, which move by 0.1. */
    static final double MOMENTUM = 0.03;

    /** Added to every variance, as a part of the mean one, so that what is next to constant is not blown up. */
    static final double RIDGE = 0.3;

    /** The square of the difference that rounding to 32 bits makes, as a part of a feature's own. */
    private static final double ROUNDING = 1e-12;

    /**
     * Methods that whiten features and take that back, of a network in training and of one that is shipped. No tensor of a
     * network has a name that begins as theirs.
     */
    static final String METHODS = """
              def to_whitened(self, y: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
                return torch.linear(y, weight, bias)  # (N, F)
              def to_raw(self, y: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
                shifted = torch.t(torch.sub(y, bias))  # (F, N)
                return torch.t(torch.linalg_solve_triangular(weight, shifted, upper=False))  # (N, F)
            """;

    private static final String BEGIN = "whiten.";

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "Whitening[" + bias.length + " features]";
    }

    static boolean has(String slot) {
        return slot.startsWith(BEGIN);
    }

    /**
     * What these values of a network say.
     *
     * @param values of every tensor, by name
     * @return empty if its features are not whitened
     */
    public static Optional<Whitening> of(NetworkPlan plan, Map<String, float[]> values) {
        return plan.whitened() ? Optional.of(of(values.get(MEAN), values.get(WITHIN))) : Optional.empty();
    }

    /**
     * With the covariance and its ridge as L L', L lower triangular, the map is the inverse of L. Any other square root of
     * the inverse is the same up to a rotation, which no cosine sees.
     *
     * @param mean (F)
     * @param within the covariance, (F, F)
     */
    static Whitening of(float[] mean, float[] within) {
        int size = mean.length;
        double[][] lower = triangle(within, size);
        double ridge = ridge(mean, lower);
        for (int row = 0; row < size; row++) {
            double[] of = lower[row];
            for (int column = 0; column < row; column++) {
                of[column] = (of[column] - product(of, lower[column], column)) / lower[column][column];
            }
            // Without rounding no pivot is below what was added to the diagonal.
            of[row] = Math.sqrt(Math.max(of[row] + ridge - product(of, of, row), ridge));
        }
        float[] weight = new float[size * size];
        float[] bias = new float[size];
        double[] inverse = new double[size];
        double[][] rows = new double[size][];
        for (int row = 0; row < size; row++) {
            Arrays.fill(inverse, 0, row + 1, 0);
            for (int above = 0; above < row; above++) {
                double factor = lower[row][above];
                double[] known = rows[above];
                for (int column = 0; column <= above; column++) {
                    inverse[column] -= factor * known[column];
                }
            }
            inverse[row] = 1;
            double shift = 0;
            for (int column = 0; column <= row; column++) {
                inverse[column] /= lower[row][row];
                weight[row * size + column] = (float) inverse[column];
                shift -= inverse[column] * mean[column];
            }
            rows[row] = Arrays.copyOf(inverse, row + 1);
            bias[row] = (float) shift;
        }
        return new Whitening(weight, bias);
    }

    /** What features were before. @param whitened (F) */
    public float[] undone(float[] whitened) {
        float[] raw = new float[whitened.length];
        for (int row = 0; row < raw.length; row++) {
            int begin = row * raw.length;
            double left = whitened[row] - bias[row];
            for (int column = 0; column < row; column++) {
                left -= (double) weight[begin + column] * raw[column];
            }
            raw[row] = (float) (left / weight[begin + row]);
        }
        return raw;
    }

    /** The rows of the lower one. */
    private static double[][] triangle(float[] square, int size) {
        double[][] rows = new double[size][];
        for (int row = 0; row < size; row++) {
            rows[row] = new double[row + 1];
            for (int column = 0; column <= row; column++) {
                rows[row][column] = square[row * size + column];
            }
        }
        return rows;
    }

    /** What is added to each variance; more than rounding, also where features are next to constant. */
    private static double ridge(float[] mean, double[][] covariance) {
        double variances = 0;
        double squares = 0;
        for (int i = 0; i < mean.length; i++) {
            variances += covariance[i][i];
            squares += (double) mean[i] * mean[i];
        }
        double least = Math.max(ROUNDING * squares / mean.length, Float.MIN_NORMAL);
        return Math.max(RIDGE * variances / mean.length, least);
    }

    /** Of the first numbers of two rows, in four sums, which the processor adds side by side. */
    private static double product(double[] a, double[] b, int count) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 3 < count; i += 4) {
            s0 += a[i] * b[i];
            s1 += a[i + 1] * b[i + 1];
            s2 += a[i + 2] * b[i + 2];
            s3 += a[i + 3] * b[i + 3];
        }
        for (; i < count; i++) {
            s0 += a[i] * b[i];
        }
        return (s0 + s1) + (s2 + s3);
    }
}
