package io.streamclr.trainer.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ProbeTest {

    private static Torch torch;
    private static Probe probe;

    @BeforeAll
    static void open() {
        torch = Torch.open(1);
        probe = Probe.on(torch);
    }

    @AfterAll
    static void close() {
        probe.close();
        torch.close();
    }

    /** Rows around as many centres as there are classes; row i is of class i modulo classes. */
    static Features clusters(int rows, int dimension, int classes, double spread, long seed) {
        SplittableRandom centres = new SplittableRandom(99);
        double[] centre = centres.doubles((long) classes * dimension, -1, 1).toArray();
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[rows * dimension];
        for (int i = 0; i < values.length; i++) {
            int label = i / dimension % classes;
            values[i] = (float) (centre[label * dimension + i % dimension] + spread * random.nextDouble(-1, 1));
        }
        return Features.copyOf(values, dimension);
    }

    static int[] labels(int rows, int classes) {
        return IntStream.range(0, rows).map(row -> row % classes).toArray();
    }

    @Test
    void neighboursAgreeWithTheDoubleLoop() {
        Features database = clusters(300, 7, 5, 1.5, 1);
        Features queries = clusters(40, 7, 5, 1.5, 2);

        Neighbours found = probe.nearest(queries, database, 12);

        double[][] rows = SlowProbe.matrix(database);
        for (int query = 0; query < 40; query++) {
            double[] asked = SlowProbe.matrix(queries)[query];
            List<Integer> expected = SlowProbe.nearest(asked, rows).subList(0, 12);
            for (int rank = 0; rank < 12; rank++) {
                assertThat(found.index(query, rank)).isEqualTo(expected.get(rank));
                assertThat((double) found.cosine(query, rank))
                        .isCloseTo(
                                SlowProbe.dot(
                                        SlowProbe.normalised(asked), SlowProbe.normalised(rows[expected.get(rank)])),
                                within(1e-6));
            }
        }
    }

    @Test
    void votesAgreeWithTheDoubleLoop() {
        Features database = clusters(300, 7, 5, 2, 1);
        Features queries = clusters(40, 7, 5, 2, 2);
        int[] known = labels(300, 5);
        int[] asked = labels(40, 5);
        Neighbours found = probe.nearest(queries, database, 50);

        double majority = found.majority(known, asked, 8);
        double weighted = found.weighted(known, asked, 50, 0.1);

        double[][] rows = SlowProbe.matrix(database);
        double[][] queryRows = SlowProbe.matrix(queries);
        assertThat(majority)
                .isEqualTo(IntStream.range(0, 40)
                                .filter(query -> SlowProbe.elected(queryRows[query], rows, known, 8, 0) == asked[query])
                                .count()
                        / 40.0)
                .isBetween(0.3, 0.95);
        assertThat(weighted)
                .isEqualTo(IntStream.range(0, 40)
                                .filter(query ->
                                        SlowProbe.elected(queryRows[query], rows, known, 50, 0.1) == asked[query])
                                .count()
                        / 40.0)
                .isBetween(0.3, 0.95);
    }

    @Test
    void aTiedVoteGoesToTheClassOfTheNearestNeighbour() {
        Neighbours neighbours = new Neighbours(4, new int[] {3, 1, 0, 2}, new float[] {0.9f, 0.8f, 0.7f, 0.6f});
        int[] labels = {1, 0, 0, 1};

        assertThat(neighbours.majority(labels, new int[] {1}, 4)).isEqualTo(1);
        assertThat(neighbours.majority(labels, new int[] {1}, 2)).isEqualTo(1);
        assertThat(neighbours.majority(new int[] {2, 0, 0, 1}, new int[] {0}, 4))
                .isEqualTo(1);
    }

    @Test
    void equallyNearRowsComeInTheOrderOfTheirIndices() {
        float[] alike = new float[50 * 2];
        for (int row = 0; row < 50; row++) {
            alike[2 * row] = row % 2 == 0 ? 1 : 0;
            alike[2 * row + 1] = row % 2 == 0 ? 0 : 1;
        }

        Neighbours found = probe.nearest(Features.copyOf(new float[] {0, 5, 3, 0}, 2), Features.copyOf(alike, 2), 4);

        assertThat(IntStream.range(0, 8).map(i -> found.index(i / 4, i % 4))).containsExactly(1, 3, 5, 7, 0, 2, 4, 6);
    }

    @Test
    void theNearestOfAllRowsAreAllRows() {
        Features features = Features.copyOf(new float[] {1, 0, 0, 1, -1, 0}, 2);

        Neighbours found = probe.nearest(features, features, 3);

        assertThat(IntStream.range(0, 9).map(i -> found.index(i / 3, i % 3)))
                .containsExactly(0, 1, 2, 1, 0, 2, 2, 1, 0);
        assertThatThrownBy(() -> probe.nearest(features, features, 4)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aViewFindsItsOwnImageUnlessEverythingLooksAlike() {
        Features images = clusters(60, 9, 60, 0, 1);
        Features views = clusters(60, 9, 60, 0.01, 2);
        Features collapsed = Features.copyOf(new float[60 * 9], 9);

        assertThat(probe.nearest(views, images, 1).ownFirst()).isEqualTo(1);
        assertThat(probe.nearest(collapsed, collapsed, 1).ownFirst()).isEqualTo(1 / 60.0);
    }

    @Test
    void gaugesAgreeWithTheDoubleLoop() {
        Features first = clusters(80, 6, 3, 1, 1);
        Features second = clusters(80, 6, 3, 1, 2);
        double[][] rows = SlowProbe.matrix(first);

        assertThat(probe.alignment(first, second))
                .isCloseTo(SlowProbe.alignment(rows, SlowProbe.matrix(second)), within(1e-5));
        assertThat(probe.uniformity(first)).isCloseTo(SlowProbe.uniformity(rows), within(1e-5));
        assertThat(probe.effectiveRank(first)).isCloseTo(SlowProbe.effectiveRank(rows), within(1e-5));
    }

    @Test
    void cosinesAreCountedAsTheDoubleLoopCountsThem() {
        Features first = clusters(40, 6, 4, 1, 1);
        Features second = clusters(40, 6, 4, 1, 2);
        double[][] rows = SlowProbe.matrix(first);
        double[][] others = SlowProbe.matrix(second);
        int[][] slow = new int[2][8];
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < 40; j++) {
                double cosine = SlowProbe.dot(SlowProbe.normalised(rows[i]), SlowProbe.normalised(others[j]));
                slow[i == j ? 0 : 1][(int) ((cosine + 1) * 4)]++;
            }
        }

        int[][] counts = probe.cosineCounts(first, second, 8);

        assertThat(counts).isDeepEqualTo(slow);
        assertThat(IntStream.of(counts[0]).sum()).isEqualTo(40);
        assertThat(probe.cosineCounts(first, first, 8)[0][7])
                .as("equal to itself")
                .isEqualTo(40);
    }

    @Test
    void effectiveRankCountsTheDirectionsInUse() {
        float[] identity = new float[16];
        IntStream.range(0, 4).forEach(i -> identity[5 * i] = 3);
        float[] parallel = {1, 2, 3, 2, 4, 6, -1, -2, -3};

        assertThat(probe.effectiveRank(Features.copyOf(identity, 4))).isCloseTo(4, within(1e-9));
        assertThat(probe.effectiveRank(Features.copyOf(parallel, 3))).isCloseTo(1, within(1e-5));
        assertThat(probe.effectiveRank(Features.copyOf(new float[9], 3))).isEqualTo(0);
        assertThat(probe.effectiveRank(Features.copyOf(new float[] {1, Float.POSITIVE_INFINITY}, 2)))
                .isNaN();
        assertThat(probe.effectiveRank(Features.copyOf(new float[] {1, 2, Float.NaN, 3}, 2)))
                .isNaN();
    }

    @Test
    void effectiveRankIsTheSameOfAMatrixAndItsTranspose() {
        float[] tall = {1, 2, 3, 4, 0, -1, 2, 2};
        float[] wide = {1, 3, 0, 2, 2, 4, -1, 2};

        assertThat(probe.effectiveRank(Features.copyOf(wide, 4)))
                .isCloseTo(probe.effectiveRank(Features.copyOf(tall, 2)), within(1e-9));
    }

    @Test
    void collapseShowsInEveryGauge() {
        float[] alike = new float[20 * 3];
        Arrays.fill(alike, 0.7f);
        Features collapsed = Features.copyOf(alike, 3);

        assertThat(probe.effectiveRank(collapsed)).isCloseTo(1, within(1e-6));
        assertThat(probe.alignment(collapsed, collapsed)).isEqualTo(0);
        assertThat(probe.uniformity(collapsed)).isCloseTo(0, within(1e-5));
    }

    @Test
    void probingLeavesNothingInNativeMemory() {
        Features features = clusters(100, 8, 4, 1, 1);
        measureAll(features);
        int before = torch.openHandles();

        for (int i = 0; i < 3; i++) {
            measureAll(features);
        }

        assertThat(torch.openHandles()).isEqualTo(before);
    }

    private static void measureAll(Features features) {
        int[] labels = labels(features.rows(), 4);
        probe.nearest(features, features, 5);
        probe.linear(features, labels, features, labels);
        probe.uniformity(features);
        probe.alignment(features, features);
        probe.effectiveRank(features);
    }
}
