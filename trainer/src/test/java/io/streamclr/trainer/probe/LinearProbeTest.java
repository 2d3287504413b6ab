package io.streamclr.trainer.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class LinearProbeTest {

    private static Torch torch;

    @BeforeAll
    static void open() {
        torch = Torch.open(1);
    }

    @AfterAll
    static void close() {
        torch.close();
    }

    /** Mean cross-entropy plus penalty, and its gradient, one number after the other. */
    private static double slowLoss(double[][] x, int[] labels, int classes, double[] w, double penalty, double[] g) {
        int d = x[0].length;
        Arrays.fill(g, 0);
        double loss = 0;
        for (int row = 0; row < x.length; row++) {
            double[] p = new double[classes];
            double sum = 0;
            for (int c = 0; c < classes; c++) {
                double logit = w[d * classes + c];
                for (int i = 0; i < d; i++) {
                    logit += x[row][i] * w[i * classes + c];
                }
                p[c] = Math.exp(logit);
                sum += p[c];
            }
            loss -= Math.log(p[labels[row]] / sum) / x.length;
            for (int c = 0; c < classes; c++) {
                double residual = (p[c] / sum - (labels[row] == c ? 1 : 0)) / x.length;
                for (int i = 0; i < d; i++) {
                    g[i * classes + c] += residual * x[row][i];
                }
                g[d * classes + c] += residual;
            }
        }
        for (int i = 0; i < d * classes; i++) {
            loss += penalty / 2 * w[i] * w[i];
            g[i] += penalty * w[i];
        }
        return loss;
    }

    @Test
    void theFitReachesTheMinimumThatSlowDescentReaches() {
        Features features = ProbeTest.clusters(60, 4, 3, 1.2, 5);
        int[] labels = ProbeTest.labels(60, 3);
        double[][] x = SlowProbe.matrix(features);
        double[] slow = new double[15];
        double[] gradient = new double[15];
        for (int step = 0; step < 20_000; step++) {
            slowLoss(x, labels, 3, slow, 0.01, gradient);
            for (int i = 0; i < 15; i++) {
                slow[i] -= 0.5 * gradient[i];
            }
        }
        double least = slowLoss(x, labels, 3, slow, 0.01, gradient);
        try (LinearProbe linear = new LinearProbe(torch, 3);
                Curvature curvature = new Curvature(torch);
                Scope scope = torch.scope()) {
            Tensor rows = features.tensor(scope);
            for (Optional<Tensor> product : List.of(Optional.<Tensor>empty(), curvature.product(scope, rows))) {
                double[] fast = new double[15];

                double reached = linear.fit(scope, rows, product, labels, 0.01, fast, 1e-6, 200);

                assertThat(reached).isCloseTo(least, within(1e-6));
                for (int i = 0; i < 12; i++) {
                    assertThat(fast[i]).isCloseTo(slow[i], within(2e-3));
                }
            }
        }
    }

    @Test
    void theCurvatureIsThatOfTheDoubleLoop() {
        int d = 19;
        double[][] x = SlowProbe.matrix(ProbeTest.clusters(60, d, 5, 1.5, 3));
        double[] vector = new SplittableRandom(4).doubles((d + 1) * 2L, -1, 1).toArray();
        double[] bent;
        float[] product;

        try (Curvature curvature = new Curvature(torch);
                Scope scope = torch.scope()) {
            Tensor rows = ProbeTest.clusters(60, d, 5, 1.5, 3).tensor(scope);
            Tensor found = curvature.product(scope, rows).orElseThrow();
            product = found.floats();
            bent = curvature.guess(scope, found, 0.2, 0.05, 2).times(vector);
        }

        for (int i = 0; i < d; i++) {
            double[] back = new double[2];
            for (int j = 0; j < d; j++) {
                double sum = 0;
                for (double[] row : x) {
                    sum += row[i] * row[j] / x.length;
                }
                if (j >= i) {
                    assertThat((double) product[i * d + j]).isCloseTo(sum, within(1e-5));
                }
                for (int c = 0; c < 2; c++) {
                    back[c] += (0.2 * sum + (i == j ? 0.05 : 0)) * bent[j * 2 + c];
                }
            }
            assertThat(back).containsExactly(new double[] {vector[2 * i], vector[2 * i + 1]}, within(1e-3));
        }
        assertThat(bent[2 * d]).as("a bias").isCloseTo(vector[2 * d] / 0.2, within(1e-5));
    }

    @Test
    void aMatrixThatSaysTooLittleHasNoCurvature() {
        try (Curvature curvature = new Curvature(torch);
                Scope scope = torch.scope()) {
            assertThat(curvature.product(scope, scope.zeros(9, 10))).isEmpty();
            assertThat(curvature.product(scope, scope.zeros(10, 10))).isPresent();
        }
    }

    @Test
    void classesThatALineSeparatesAreAllFoundAndTwiceTheSame() {
        Features train = ProbeTest.clusters(200, 10, 4, 0.3, 1);
        Features test = ProbeTest.clusters(100, 10, 4, 0.3, 2);

        LinearScore first;
        LinearScore second;
        try (Probe probe = Probe.on(torch)) {
            first = probe.linear(train, ProbeTest.labels(200, 4), test, ProbeTest.labels(100, 4));
            second = probe.linear(train, ProbeTest.labels(200, 4), test, ProbeTest.labels(100, 4));
        }

        assertThat(first.accuracy()).isEqualTo(1);
        assertThat(first.heldOut()).isEqualTo(1);
        assertThat(second).isEqualTo(first);
    }

    @Test
    void scaleAndShiftOfAFeatureDoNotMatter() {
        Features train = ProbeTest.clusters(200, 6, 4, 1.5, 1);
        Features test = ProbeTest.clusters(100, 6, 4, 1.5, 2);
        LinearScore plain;
        LinearScore shifted;

        try (Probe probe = Probe.on(torch)) {
            plain = probe.linear(train, ProbeTest.labels(200, 4), test, ProbeTest.labels(100, 4));
            shifted = probe.linear(moved(train), ProbeTest.labels(200, 4), moved(test), ProbeTest.labels(100, 4));
        }

        assertThat(plain.accuracy()).isBetween(0.4, 0.99);
        assertThat(shifted.accuracy()).isCloseTo(plain.accuracy(), within(0.011));
    }

    private static Features moved(Features features) {
        float[] values = new float[features.rows() * features.dimension()];
        for (int i = 0; i < values.length; i++) {
            int feature = i % features.dimension();
            values[i] = features.row(i / features.dimension())[feature] * (1 + 50 * feature) - 7;
        }
        return Features.copyOf(values, features.dimension());
    }

    @Test
    void featuresThatSayNothingAreGuessedFrom() {
        Features noise = ProbeTest.clusters(400, 3, 1, 1, 1);
        Features other = ProbeTest.clusters(400, 3, 1, 1, 2);

        LinearScore score;
        try (Probe probe = Probe.on(torch)) {
            score = probe.linear(noise, ProbeTest.labels(400, 4), other, ProbeTest.labels(400, 4));
        }

        assertThat(score.accuracy()).isBetween(0.15, 0.35);
    }

    @Test
    void theTestImagesHaveNoSayInThePenalty() {
        Features train = ProbeTest.clusters(200, 6, 4, 1.5, 1);
        int[] labels = ProbeTest.labels(200, 4);
        int[] wrong = IntStream.range(0, 100).map(row -> (row + 1) % 4).toArray();

        LinearScore honest;
        LinearScore misled;
        try (Probe probe = Probe.on(torch)) {
            honest = probe.linear(train, labels, ProbeTest.clusters(100, 6, 4, 1.5, 2), ProbeTest.labels(100, 4));
            misled = probe.linear(train, labels, ProbeTest.clusters(100, 6, 4, 9, 3), wrong);
        }

        assertThat(misled.penalty()).isEqualTo(honest.penalty());
        assertThat(misled.heldOut()).isEqualTo(honest.heldOut());
        assertThat(misled.accuracy()).isNotEqualTo(honest.accuracy());
    }

    @Test
    void theSeedSaysWhichTrainingImagesChooseThePenalty() {
        Features train = ProbeTest.clusters(200, 6, 4, 1.5, 1);
        Features test = ProbeTest.clusters(100, 6, 4, 1.5, 2);

        try (Probe probe = Probe.on(torch)) {
            double one = probe.linear(train, ProbeTest.labels(200, 4), test, ProbeTest.labels(100, 4), 1)
                    .heldOut();
            double two = probe.linear(train, ProbeTest.labels(200, 4), test, ProbeTest.labels(100, 4), 2)
                    .heldOut();
            assertThat(one).isNotEqualTo(two);
        }
    }

    @Test
    void aConfusionCountsWhatEachClassWasTakenFor() {
        Confusion confusion = Confusion.of(3, new int[] {0, 0, 0, 1, 2}, new int[] {0, 0, 2, 1, 1});

        assertThat(confusion.counts()).isDeepEqualTo(new int[][] {{2, 0, 1}, {0, 1, 0}, {0, 1, 0}});
        assertThat(confusion.accuracy()).isEqualTo(0.6);
        assertThat(confusion.plus(confusion).counts()[0]).containsExactly(4, 0, 2);
        assertThat(confusion.plus(confusion).accuracy()).isEqualTo(0.6);
    }

    @Test
    void descentFindsTheBottomOfALongValley() {
        double[] x = {-1.2, 1, 0.5};

        double value = Lbfgs.minimise(
                (at, gradient) -> {
                    double sum = 0;
                    for (int i = 0; i < at.length; i++) {
                        double steepness = Math.pow(100, i);
                        sum += steepness * (at[i] - i) * (at[i] - i);
                        gradient[i] = 2 * steepness * (at[i] - i);
                    }
                    return sum;
                },
                x,
                1e-9,
                200);

        assertThat(value).isLessThan(1e-15);
        assertThat(x).containsExactly(new double[] {0, 1, 2}, within(1e-8));
    }

    @Test
    void aGoodGuessAtTheValleyLeadsToItsBottomInFewSteps() {
        int[] calls = new int[2];
        double[][] reached = {{-1.2, 1, 0.5, 9}, {-1.2, 1, 0.5, 9}};
        List<Lbfgs.Guess> guesses = List.of(Lbfgs.Guess.NONE, vector -> {
            double[] divided = vector.clone();
            for (int i = 0; i < divided.length; i++) {
                divided[i] /= 1.7 * Math.pow(1000, i);
            }
            return divided;
        });

        for (int way = 0; way < 2; way++) {
            int counted = way;
            Lbfgs.minimise(
                    (at, gradient) -> {
                        calls[counted]++;
                        double sum = 0;
                        for (int i = 0; i < at.length; i++) {
                            double steepness = Math.pow(1000, i);
                            sum += steepness * (at[i] - i) * (at[i] - i) / 2;
                            gradient[i] = steepness * (at[i] - i);
                        }
                        return sum;
                    },
                    guesses.get(way),
                    reached[way],
                    1e-9,
                    500);
        }

        assertThat(reached[0]).containsExactly(new double[] {0, 1, 2, 3}, within(1e-8));
        assertThat(reached[1]).containsExactly(new double[] {0, 1, 2, 3}, within(1e-8));
        assertThat(calls[1]).isLessThan(6).isLessThan(calls[0] / 2);
    }
}
