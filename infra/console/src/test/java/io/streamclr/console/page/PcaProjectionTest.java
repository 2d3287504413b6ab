package io.streamclr.console.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.encoder.Features;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PcaProjectionTest {

    private static final int ROWS = 40;

    /** Rows of length 1 in the plane that two chosen directions of many span, little beside it. */
    private static Features features(Random random, double noise, double turn) {
        float[] values = new float[ROWS * 5];
        for (int row = 0; row < ROWS; row++) {
            double angle = turn + row * 0.05;
            values[row * 5 + 1] = (float) Math.cos(angle);
            values[row * 5 + 3] = (float) Math.sin(angle);
            for (int i = 0; i < 5; i++) {
                values[row * 5 + i] += (float) (noise * random.nextGaussian());
            }
        }
        return Features.copyOf(values, 5);
    }

    private static double distance(double[] one, double[] other) {
        return Math.hypot(one[0] - other[0], one[1] - other[1]);
    }

    @Test
    void whatLiesInAPlaneKeepsItsDistances() {
        Features flat = features(new Random(1), 0, 0);

        double[][] points = PcaProjection.of(flat, Optional.empty()).points();

        for (int row = 0; row < ROWS; row++) {
            float[] one = flat.row(row);
            float[] other = flat.row(0);
            double apart = Math.hypot(one[1] - other[1], one[3] - other[3]);
            assertThat(distance(points[row], points[0])).isCloseTo(apart, within(1e-4));
        }
    }

    @Test
    void noProjectionOfThePointsIsWiderThanTheFirstAxis() {
        Random random = new Random(2);
        Features features = features(random, 0.3, 0);
        double[][] unit = new double[ROWS][5];
        for (int row = 0; row < ROWS; row++) {
            float[] values = features.row(row);
            double length = 0;
            for (float value : values) {
                length += value * value;
            }
            for (int i = 0; i < 5; i++) {
                unit[row][i] = values[i] / Math.sqrt(length);
            }
        }

        double[][] points = PcaProjection.of(features, Optional.empty()).points();

        double widest = spread(column(points, 0));
        assertThat(widest).isGreaterThanOrEqualTo(spread(column(points, 1)));
        for (int trial = 0; trial < 2_000; trial++) {
            double[] direction = random.doubles(5, -1, 1).toArray();
            double length = Math.sqrt(Arrays.stream(direction).map(x -> x * x).sum());
            double[] projected = new double[ROWS];
            for (int row = 0; row < ROWS; row++) {
                for (int i = 0; i < 5; i++) {
                    projected[row] += unit[row][i] * direction[i] / length;
                }
            }
            assertThat(spread(projected)).isLessThanOrEqualTo(widest + 1e-9);
        }
    }

    private static double[] column(double[][] points, int axis) {
        return Arrays.stream(points).mapToDouble(point -> point[axis]).toArray();
    }

    private static double spread(double[] values) {
        double mean = Arrays.stream(values).average().orElseThrow();
        return Arrays.stream(values)
                .map(value -> (value - mean) * (value - mean))
                .sum();
    }

    @Test
    void aMapThatOnlyTurnedIsLaidAsTheOneBefore() {
        PcaProjection before = PcaProjection.of(features(new Random(3), 0, 0), Optional.empty());

        PcaProjection turned = PcaProjection.of(features(new Random(3), 0, 2.5), Optional.of(before));

        for (int row = 0; row < ROWS; row++) {
            assertThat(distance(turned.points()[row], before.points()[row])).isLessThan(1e-3);
        }
    }

    @Test
    void imagesThatAllLookAlikeLieAtOnePoint() {
        float[] alike = new float[ROWS * 5];
        Arrays.fill(alike, 1f);

        double[][] points =
                PcaProjection.of(Features.copyOf(alike, 5), Optional.empty()).points();

        for (double[] point : points) {
            assertThat(distance(point, new double[2])).isLessThan(1e-6);
        }
    }
}
