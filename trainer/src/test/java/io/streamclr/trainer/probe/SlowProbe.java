package io.streamclr.trainer.probe;

import io.streamclr.trainer.encoder.Features;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** What the probe computes, once more: one number after the other, in double precision. */
final class SlowProbe {

    private SlowProbe() {}

    static double[][] matrix(Features features) {
        double[][] rows = new double[features.rows()][features.dimension()];
        for (int row = 0; row < rows.length; row++) {
            float[] values = features.row(row);
            for (int i = 0; i < values.length; i++) {
                rows[row][i] = values[i];
            }
        }
        return rows;
    }

    static double[] normalised(double[] row) {
        double norm = Math.max(1e-12, Math.sqrt(dot(row, row)));
        double[] unit = row.clone();
        for (int i = 0; i < unit.length; i++) {
            unit[i] /= norm;
        }
        return unit;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    static double squaredDistance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return sum;
    }

    /** Database rows by cosine, nearest first. */
    static List<Integer> nearest(double[] query, double[][] database) {
        double[] cosines = new double[database.length];
        for (int row = 0; row < database.length; row++) {
            cosines[row] = dot(normalised(query), normalised(database[row]));
        }
        return IntStream.range(0, database.length)
                .boxed()
                .sorted(Comparator.comparingDouble(row -> -cosines[row]))
                .toList();
    }

    static int elected(double[] query, double[][] database, int[] labels, int k, double temperature) {
        List<Integer> voters = nearest(query, database).subList(0, k);
        Map<Integer, Double> votes = new HashMap<>();
        for (int voter : voters) {
            double cosine = dot(normalised(query), normalised(database[voter]));
            double weight = temperature == 0 ? 1 : Math.exp(cosine / temperature);
            votes.merge(labels[voter], weight, Double::sum);
        }
        double most =
                votes.values().stream().mapToDouble(Double::doubleValue).max().orElseThrow();
        return voters.stream()
                .map(voter -> labels[voter])
                .filter(label -> votes.get(label) == most)
                .findFirst()
                .orElseThrow();
    }

    static double alignment(double[][] first, double[][] second) {
        double sum = 0;
        for (int row = 0; row < first.length; row++) {
            sum += squaredDistance(normalised(first[row]), normalised(second[row]));
        }
        return sum / first.length;
    }

    static double uniformity(double[][] rows) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < rows.length; i++) {
            for (int j = i + 1; j < rows.length; j++) {
                sum += Math.exp(-2 * squaredDistance(normalised(rows[i]), normalised(rows[j])));
                pairs++;
            }
        }
        return Math.log(sum / pairs);
    }

    /** exp of the entropy of the singular values, which come from Jacobi rotations of the rows' columns (Hestenes). */
    static double effectiveRank(double[][] rows) {
        int columns = rows[0].length;
        for (int sweep = 0; sweep < 30; sweep++) {
            for (int p = 0; p < columns; p++) {
                for (int q = p + 1; q < columns; q++) {
                    rotate(rows, p, q);
                }
            }
        }
        double[] singular = new double[columns];
        double sum = 0;
        for (int column = 0; column < columns; column++) {
            for (double[] row : rows) {
                singular[column] += row[column] * row[column];
            }
            singular[column] = Math.sqrt(singular[column]);
            sum += singular[column];
        }
        double entropy = 0;
        for (double value : singular) {
            entropy -= value == 0 ? 0 : value / sum * Math.log(value / sum);
        }
        return Math.exp(entropy);
    }

    /** Turns two columns so that they stand upright on each other. */
    private static void rotate(double[][] rows, int p, int q) {
        double pp = 0;
        double qq = 0;
        double pq = 0;
        for (double[] row : rows) {
            pp += row[p] * row[p];
            qq += row[q] * row[q];
            pq += row[p] * row[q];
        }
        if (pq == 0) {
            return;
        }
        double angle = 0.5 * Math.atan2(2 * pq, pp - qq);
        for (double[] row : rows) {
            double turned = Math.cos(angle) * row[p] + Math.sin(angle) * row[q];
            row[q] = -Math.sin(angle) * row[p] + Math.cos(angle) * row[q];
            row[p] = turned;
        }
    }
}
