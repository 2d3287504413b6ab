package io.streamclr.console.drift;

import java.util.Arrays;
import java.util.List;
import org.apache.lucene.util.VectorUtil;

/**
 * The Gaussian kernel exp(-d^2 / 2s^2) of all pairs of vectors, where s is the median of their distances d. The diagonal
 * is 0, because no vector is compared with itself.
 */
final class GramMatrix {

    private final float[][] rows;
    private final double[] rowSums;
    private final double sum;

    private GramMatrix(float[][] rows) {
        this.rows = rows;
        this.rowSums = new double[rows.length];
        double all = 0;
        for (int i = 0; i < rows.length; i++) {
            for (float value : rows[i]) {
                rowSums[i] += value;
            }
            all += rowSums[i];
        }
        this.sum = all;
    }

    /** @param vectors two or more, of one length */
    static GramMatrix of(List<float[]> vectors) {
        int count = vectors.size();
        float[][] squares = new float[count][count];
        float[] pairs = new float[count * (count - 1) / 2];
        int pair = 0;
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                float square = VectorUtil.squareDistance(vectors.get(i), vectors.get(j));
                squares[i][j] = square;
                pairs[pair++] = square;
            }
        }
        double twiceVariance = 2 * typical(pairs);
        for (int i = 0; i < count; i++) {
            for (int j = 0; j < i; j++) {
                squares[i][j] = (float) Math.exp(-squares[i][j] / twiceVariance);
                squares[j][i] = squares[i][j];
            }
        }
        return new GramMatrix(squares);
    }

    /** The square of the median distance; of the mean one where most vectors are equal. */
    private static double typical(float[] squares) {
        Arrays.sort(squares);
        double median = squares[squares.length / 2];
        if (median > 0) {
            return median;
        }
        double mean = 0;
        for (float square : squares) {
            mean += Math.sqrt(square) / squares.length;
        }
        return mean > 0 ? mean * mean : 1;
    }

    int size() {
        return rows.length;
    }

    /**
     * MMD squared, unbiased, of some vectors and the rest. Of the rest no pair is looked at: what it sums to follows from
     * the sums of rows, which stay the same whatever is looked at.
     *
     * @param some indices of vectors, of which the first {@code count} count
     * @param count 2 or more, and 2 fewer than all at most
     */
    double discrepancy(int[] some, int count) {
        double half = 0;
        double touching = 0;
        for (int i = 0; i < count; i++) {
            float[] row = rows[some[i]];
            touching += rowSums[some[i]];
            for (int j = 0; j < i; j++) {
                half += row[some[j]];
            }
        }
        double within = 2 * half;
        double across = touching - within;
        double rest = sum - within - 2 * across;
        double others = rows.length - count;
        return within / (count * (count - 1.0)) + rest / (others * (others - 1)) - 2 * across / (count * others);
    }
}
