package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.types.Shape;
import io.streamclr.trainer.bench.TrainBenchmark;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.run.BlockTwin.Layout;
import io.streamclr.trainer.step.TrainingStep;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class BlockTwinTest {

    private static final int ROUNDS = 5;
    private static final int STEPS = 6;
    private static final int WARM_UP_STEPS = 3;
    private static final int THREADS = 2;

    @Test
    void theTwinOfBlocksIsTheBenchmarksNetworkAndLoss() {
        int side = 12;
        int rows = 24;
        ByteBuffer views = TrainBenchmark.noise(rows, side);
        Architecture architecture = TrainBenchmark.network(Stem.SMALL, Precision.FLOAT32);
        try (Torch torch = Torch.open(1);
                Network network = Network.of(torch, architecture, architecture.initialValues(1));
                BlockTwin twin = twin(architecture, Stem.SMALL, rows, side, 1, Layout.PIXELS)) {
            TrainingStep step = new TrainingStep(
                    torch,
                    network,
                    new TiledLoss(torch, LossPlan.ntXent(TrainBenchmark.TEMPERATURE)),
                    new Optimiser(torch, new UpdateRule.AdamW(0, 0.9, 0.99, 1e-8), network.trained()),
                    rows);

            int[] images = IntStream.range(0, rows / 2).toArray();
            double ours = step.train(views, side, side, images, 0.001, 1).loss();
            double oursAfter = step.train(views, side, side, images, 0.001, 2).loss();
            double twins = twin.train(views, rows, side, side);
            double twinsAfter = twin.train(views, rows, side, side);

            assertThat(twins).isCloseTo(ours, within(1e-4));
            assertThat(twinsAfter).isCloseTo(oursAfter, within(0.01)).isLessThan(twins - 0.1);
        }
    }

    /**
     * On a quiet machine: the three take turns, and their medians are compared. Over pixels, blocks compute in the layout
     * that our script chooses; over planes in the one that PyTorch takes by default.
     */
    @Tag("long")
    @ParameterizedTest
    @EnumSource(
            value = Stem.class,
            names = {"SMALL", "SMALL2"})
    void isFasterThanBlocksOverPlanes(Stem stem) {
        Architecture architecture = TrainBenchmark.network(stem, Precision.FLOAT32);
        int rows = 2 * TrainBenchmark.PAIRS;
        double[] ours = new double[ROUNDS];
        double[] planes = new double[ROUNDS];
        double[] pixels = new double[ROUNDS];
        TrainBenchmark.Setting ourSetting = TrainBenchmark.Setting.usual(stem, Precision.FLOAT32, THREADS);
        try (BlockTwin first = twin(architecture, stem, rows, TrainBenchmark.SIDE, THREADS, Layout.PLANES);
                BlockTwin second = twin(architecture, stem, rows, TrainBenchmark.SIDE, THREADS, Layout.PIXELS)) {
            for (int round = 0; round < ROUNDS; round++) {
                ours[round] = TrainBenchmark.run(ourSetting, STEPS).pairsPerSecond();
                planes[round] = pairsPerSecond(first);
                pixels[round] = pairsPerSecond(second);
            }
        }
        System.out.printf(
                "%s: %.0f pairs/s, blocks %.0f (planes) and %.0f (pixels)%n",
                stem, median(ours), median(planes), median(pixels));
        assertThat(median(ours)).isGreaterThan(median(planes));
    }

    private static double median(double[] values) {
        return Arrays.stream(values).sorted().toArray()[values.length / 2];
    }

    private static double pairsPerSecond(BlockTwin twin) {
        ByteBuffer views = TrainBenchmark.noise(2 * TrainBenchmark.PAIRS, TrainBenchmark.SIDE);
        double[] seconds = new double[STEPS];
        for (int i = -WARM_UP_STEPS; i < STEPS; i++) {
            long begin = System.nanoTime();
            twin.train(views, 2 * TrainBenchmark.PAIRS, TrainBenchmark.SIDE, TrainBenchmark.SIDE);
            seconds[Math.max(0, i)] = (System.nanoTime() - begin) / 1e9;
        }
        Arrays.sort(seconds);
        return TrainBenchmark.PAIRS / seconds[STEPS / 2];
    }

    private static BlockTwin twin(
            Architecture architecture, Stem stem, int rows, int side, int threads, Layout layout) {
        return new BlockTwin(
                architecture.initialValues(1).values(),
                stem == Stem.SMALL ? 1 : 2,
                new Shape(rows, 3, side, side),
                TrainBenchmark.TEMPERATURE,
                threads,
                layout);
    }
}
