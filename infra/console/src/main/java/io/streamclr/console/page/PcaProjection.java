package io.streamclr.console.page;

import io.streamclr.trainer.encoder.Features;
import java.util.Optional;

/**
 * Points of many dimensions on a plane: their first two principal components. The plane may be turned over between two
 * sets of features although nothing moved, so it is laid as the one before.
 */
final class PcaProjection {

    private static final int ROUNDS = 200;

    private final double[][] points;

    private PcaProjection(double[][] points) {
        this.points = points;
    }

    /**
     * Projects rows of features, each taken at length 1, since directions are what neighbours are found by.
     *
     * @param before the plane of the same images; empty for the first
     */
    static PcaProjection of(Features features, Optional<PcaProjection> before) {
        double[][] gram = centred(gram(features));
        int rows = gram.length;
        double[][] axes = new double[2][];
        for (int axis = 0; axis < 2; axis++) {
            axes[axis] = principal(gram, axis == 0 ? Optional.empty() : Optional.of(axes[0]));
        }
        double[][] points = new double[rows][];
        for (int row = 0; row < rows; row++) {
            points[row] = new double[] {axes[0][row], axes[1][row]};
        }
        PcaProjection plane = new PcaProjection(points);
        return before.map(plane::laidAs).orElse(plane);
    }

    /** x and y of each row of features; a copy. */
    double[][] points() {
        double[][] copy = new double[points.length][];
        for (int row = 0; row < points.length; row++) {
            copy[row] = points[row].clone();
        }
        return copy;
    }

    /** The cosines of all rows with all rows, (N, N). */
    private static double[][] gram(Features features) {
        int rows = features.rows();
        float[][] unit = new float[rows][];
        for (int row = 0; row < rows; row++) {
            unit[row] = features.row(row);
            double length = Math.sqrt(dot(unit[row], unit[row]));
            for (int i = 0; i < unit[row].length && length > 0; i++) {
                unit[row][i] = (float) (unit[row][i] / length);
            }
        }
        double[][] gram = new double[rows][rows];
        for (int row = 0; row < rows; row++) {
            for (int other = 0; other <= row; other++) {
                gram[row][other] = dot(unit[row], unit[other]);
                gram[other][row] = gram[row][other];
            }
        }
        return gram;
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    /** The same matrix for rows that are moved so that their mean is 0; its eigenvectors are the components. */
    private static double[][] centred(double[][] gram) {
        int rows = gram.length;
        double[] mean = new double[rows];
        double all = 0;
        for (int row = 0; row < rows; row++) {
            for (double value : gram[row]) {
                mean[row] += value / rows;
            }
            all += mean[row] / rows;
        }
        for (int row = 0; row < rows; row++) {
            for (int other = 0; other < rows; other++) {
                gram[row][other] += all - mean[row] - mean[other];
            }
        }
        return gram;
    }

    /** The coordinates along the widest direction beside the one that is given; power iteration. */
    private static double[] principal(double[][] gram, Optional<double[]> beside) {
        int rows = gram.length;
        double[] axis = new double[rows];
        for (int row = 0; row < rows; row++) {
            axis[row] = 1 + row % 7; // anything that is not the mean
        }
        double length = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double[] next = new double[rows];
            for (int row = 0; row < rows; row++) {
                for (int other = 0; other < rows; other++) {
                    next[row] += gram[row][other] * axis[other];
                }
            }
            beside.ifPresent(other -> removeFrom(next, other));
            length = Math.sqrt(dot(next, next));
            if (length < 1e-12) {
                return new double[rows]; // all alike
            }
            for (int row = 0; row < rows; row++) {
                axis[row] = next[row] / length;
            }
        }
        double scale = Math.sqrt(length);
        for (int row = 0; row < rows; row++) {
            axis[row] *= scale;
        }
        return axis;
    }

    private static void removeFrom(double[] vector, double[] direction) {
        double square = dot(direction, direction);
        double share = square == 0 ? 0 : dot(vector, direction) / square;
        for (int i = 0; i < vector.length; i++) {
            vector[i] -= share * direction[i];
        }
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    /** Turned about the origin, and turned over where that fits better, as close as it goes to the one before. */
    private PcaProjection laidAs(PcaProjection before) {
        double same = 0;
        double crossed = 0;
        double mirroredSame = 0;
        double mirroredCrossed = 0;
        for (int row = 0; row < points.length; row++) {
            double[] here = points[row];
            double[] there = before.points[row];
            same += here[0] * there[0] + here[1] * there[1];
            crossed += here[0] * there[1] - here[1] * there[0];
            mirroredSame += here[0] * there[0] - here[1] * there[1];
            mirroredCrossed += here[0] * there[1] + here[1] * there[0];
        }
        boolean over = Math.hypot(mirroredSame, mirroredCrossed) > Math.hypot(same, crossed);
        double angle = over ? Math.atan2(mirroredCrossed, mirroredSame) : Math.atan2(crossed, same);
        double[][] laid = new double[points.length][];
        for (int row = 0; row < points.length; row++) {
            double x = points[row][0];
            double y = over ? -points[row][1] : points[row][1];
            laid[row] =
                    new double[] {x * Math.cos(angle) - y * Math.sin(angle), x * Math.sin(angle) + y * Math.cos(angle)};
        }
        return new PcaProjection(laid);
    }
}
