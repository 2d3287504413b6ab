package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.bench.TrainBenchmark;
import io.streamclr.trainer.health.HeldOutProbe;
import io.streamclr.trainer.loss.ContrastiveLoss;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.step.TrainingStep;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a probe on held-out images adds to the steps that it lasts for. Not part of the usual tests. */
class HeldOutBenchmark {

    private static final int PAIRS = 128;
    private static final int IMAGES = 2500;
    private static final int EVERY_STEPS = 500;
    private static final int CLASSES = 10;
    private static final int PROBES = 5;

    @Test
    void aProbeOfTheUsualSize() {
        Architecture architecture = TrainBenchmark.network(Stem.SMALL2, Precision.FLOAT32);
        int side = TrainBenchmark.SIDE;
        ByteBuffer views = TrainBenchmark.noise(2 * PAIRS, side);
        int[] images = IntStream.range(0, PAIRS).toArray();
        ByteBuffer pixels = TrainBenchmark.noise(IMAGES, side);
        int[] labels = IntStream.range(0, IMAGES).map(image -> image % CLASSES).toArray();
        try (Torch torch = Torch.open(Runtime.getRuntime().availableProcessors());
                Network network = Network.of(torch, architecture, architecture.initialValues(1));
                ContrastiveLoss loss = new TiledLoss(torch, LossPlan.ntXent(TrainBenchmark.TEMPERATURE));
                Optimiser optimiser =
                        new Optimiser(torch, new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8), network.trained());
                TrainingStep step = new TrainingStep(torch, network, loss, optimiser, 2 * PAIRS);
                HeldOutProbe probe = new HeldOutProbe(torch, network, new LabelledImages(pixels, side, side, labels))) {
            int turns = IMAGES / PAIRS + 1;
            double[] steps = new double[PROBES * turns];
            double[] additions = new double[PROBES * turns];
            double longest = 0;
            for (int turn = 0; turn < steps.length; turn++) {
                long begin = System.nanoTime();
                step.train(views, side, side, images, 0.001, turn + 1);
                long trained = System.nanoTime();
                if (!probe.atWork()) {
                    probe.begin(turn);
                }
                Optional<HeldOutProbe.Answer> answer = probe.advance();
                assertThat(answer.isPresent()).isEqualTo(turn % turns == turns - 1);
                steps[turn] = (trained - begin) / 1e6;
                additions[turn] = (System.nanoTime() - trained) / 1e6;
                longest = turn < turns ? 0 : Math.max(longest, additions[turn]);
            }
            // The first probe warms up.
            double[] after = Arrays.copyOfRange(additions, turns, additions.length);
            double aStep = median(Arrays.copyOfRange(steps, turns, steps.length));
            double aProbe = Arrays.stream(after).sum() / (PROBES - 1);
            System.out.printf(
                    Locale.ROOT,
                    "step %.1f ms; beside it %.1f ms in the median and %.1f ms at most, for %d steps: %.0f ms a probe, %.2f"
                            + " %% of %d steps%n",
                    aStep,
                    median(after),
                    longest,
                    turns,
                    aProbe,
                    100 * aProbe / (EVERY_STEPS * aStep),
                    EVERY_STEPS);
        }
    }

    private static double median(double[] values) {
        return Arrays.stream(values)
                .sorted()
                .skip(values.length / 2)
                .findFirst()
                .orElseThrow();
    }
}
