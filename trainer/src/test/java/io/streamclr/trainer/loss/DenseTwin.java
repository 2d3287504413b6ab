package io.streamclr.trainer.loss;

import io.streamclr.trainer.loss.LossFormula.Debiased;
import io.streamclr.trainer.loss.LossFormula.Decoupled;
import io.streamclr.trainer.loss.LossFormula.FalseNegativeElimination;
import io.streamclr.trainer.loss.LossFormula.FalseNegativeElimination.Support;
import io.streamclr.trainer.loss.LossFormula.HardNegative;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The losses as their papers write them: one view after the other, in 64 bits; slow and obvious. */
record DenseTwin(LossPlan plan, int[] images, long[] hashes, int width) {

    private static final double SMALL = 1e-5;

    /** Of images of which nobody knows what they look like. */
    DenseTwin(LossPlan plan, int[] images, int width) {
        this(plan, images, new long[images.length], width);
    }

    /**
     * The mean over the views; a view without negatives counts as 0.
     *
     * @param z embeddings, row by row
     */
    double loss(double[] z) {
        double[][] u = normalised(z);
        double sum = 0;
        for (int i = 0; i < u.length; i++) {
            int partner = (i + u.length / 2) % u.length;
            List<Integer> negatives = negatives(u, i, partner);
            double[] similarity = new double[negatives.size()];
            for (int k = 0; k < similarity.length; k++) {
                similarity[k] = dot(u[i], u[negatives.get(k)]) / plan.temperature();
            }
            if (similarity.length > 0) {
                sum += ofView(dot(u[i], u[partner]) / plan.temperature(), similarity);
            }
        }
        return sum / u.length;
    }

    /** The slope of {@link #loss} in each direction, by central differences. */
    double[] gradient(double[] z) {
        double[] gradient = new double[z.length];
        for (int i = 0; i < z.length; i++) {
            double[] moved = z.clone();
            moved[i] = z[i] + SMALL;
            double above = loss(moved);
            moved[i] = z[i] - SMALL;
            gradient[i] = (above - loss(moved)) / (2 * SMALL);
        }
        return gradient;
    }

    /** Pairs of views of different images that are not held against each other. */
    long leftOut(double[] z) {
        double[][] u = normalised(z);
        long count = 0;
        for (int i = 0; i < u.length; i++) {
            for (int j = 0; j < u.length; j++) {
                count += sameImage(i, j) ? 0 : 1;
            }
            count -= negatives(u, i, (i + u.length / 2) % u.length).size();
        }
        return count;
    }

    private double ofView(double positive, double[] negatives) {
        // Everything is divided by exp(positive), which changes no quotient.
        double[] e = Arrays.stream(negatives).map(s -> Math.exp(s - positive)).toArray();
        if (plan.formula() instanceof Decoupled) {
            return Math.log(Arrays.stream(e).sum());
        }
        if (plan.formula() instanceof Debiased debiased) {
            return Math.log1p(debiased(Arrays.stream(e).sum(), e.length, debiased.tauPlus(), positive));
        }
        if (plan.formula() instanceof HardNegative hard) {
            double[] importance = Arrays.stream(negatives)
                    .map(s -> Math.exp(hard.beta() * (s - positive)))
                    .toArray();
            double mean = Arrays.stream(importance).sum() / e.length;
            double weighted = 0;
            for (int j = 0; j < e.length; j++) {
                weighted += importance[j] / mean * e[j];
            }
            return Math.log1p(debiased(weighted, e.length, hard.tauPlus(), positive));
        }
        return Math.log1p(Arrays.stream(e).sum());
    }

    private double debiased(double sum, int count, double tauPlus, double positive) {
        double least = count * Math.exp(-1 / plan.temperature() - positive);
        return Math.max((sum - tauPlus * count) / (1 - tauPlus), least);
    }

    private List<Integer> negatives(double[][] u, int i, int partner) {
        List<Integer> negatives = new ArrayList<>();
        for (int j = 0; j < u.length; j++) {
            if (!sameImage(i, j) && !alike(i, j) && dot(u[i], u[j]) <= plan.nearDuplicates()) {
                negatives.add(j);
            }
        }
        if (plan.formula() instanceof FalseNegativeElimination elimination) {
            Comparator<Integer> nearestFirst =
                    Comparator.comparingDouble(j -> -score(elimination, u[i], u[partner], u[j]));
            List<Integer> nearest = negatives.stream()
                    .sorted(nearestFirst)
                    .limit(elimination.most())
                    .filter(j -> score(elimination, u[i], u[partner], u[j]) > elimination.above())
                    .toList();
            negatives.removeAll(nearest);
        }
        return negatives;
    }

    private static double score(
            FalseNegativeElimination elimination, double[] view, double[] other, double[] negative) {
        double first = dot(view, negative);
        double second = dot(other, negative);
        return elimination.support() == Support.MAX ? Math.max(first, second) : (first + second) / 2;
    }

    private boolean alike(int i, int j) {
        long one = hashes[i % hashes.length];
        long other = hashes[j % hashes.length];
        return one != 0 && other != 0 && Long.bitCount(one ^ other) <= plan.alikeBits();
    }

    private boolean sameImage(int i, int j) {
        return images[i % images.length] == images[j % images.length];
    }

    private double[][] normalised(double[] z) {
        double[][] u = new double[z.length / width][];
        for (int i = 0; i < u.length; i++) {
            double[] row = Arrays.copyOfRange(z, i * width, (i + 1) * width);
            double norm = Math.sqrt(dot(row, row));
            u[i] = Arrays.stream(row).map(value -> value / norm).toArray();
        }
        return u;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int d = 0; d < a.length; d++) {
            sum += a[d] * b[d];
        }
        return sum;
    }
}
