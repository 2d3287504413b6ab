package io.streamclr.trainer;

import io.streamclr.trainer.loss.ContrastiveLoss;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.step.TrainingStep;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.torch.TorchDevice;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** How fast this machine trains, on made-up views: ResNet-18 of width 16, views of 28x28. */
public final class TrainBenchmark {

    static final int PAIRS = 256;
    static final int SIDE = 28;
    static final double TEMPERATURE = 0.2;
    private static final int WARM_UP_STEPS = 3;
    private static final int IDLE_CALLS = 200;
    /** A step calls the network twice, the loss and the optimiser. */
    private static final int CALLS = 4;

    private TrainBenchmark() {}

    /**
     * What was measured.
     *
     * @param pairsPerSecond by the median step
     * @param stepSeconds median
     * @param outsideNativeShare of all steps' time that the first device's thread did not spend in PyTorch's operators, in
     *     [0, 1]; what DJL takes to pass arguments counts as outside
     */
    public record Figures(double pairsPerSecond, double stepSeconds, double outsideNativeShare) {}

    /**
     * What to train with.
     *
     * @param pairs of a batch, 4 or more
     * @param threads of PyTorch, for each device, 1 or more
     * @param devices that share each batch, 1 or more
     */
    public record Setting(Stem stem, Precision precision, int pairs, int threads, List<TorchDevice> devices) {

        public Setting {
            devices = List.copyOf(devices);
        }

        /** 256 pairs a batch, on the processor. */
        public static Setting usual(Stem stem, Precision precision, int threads) {
            return new Setting(stem, precision, PAIRS, threads, List.of(TorchDevice.CPU));
        }
    }

    /**
     * Trains on one made-up batch again and again.
     *
     * @param steps to measure, 1 or more
     */
    public static Figures run(Setting setting, int steps) {
        int pairs = setting.pairs();
        Architecture architecture = network(setting.stem(), setting.precision());
        ByteBuffer views = noise(2 * pairs, SIDE);
        int[] images = IntStream.range(0, pairs).toArray();
        List<Torch> more = setting.devices().stream()
                .skip(1)
                .map(device -> Torch.open(setting.threads(), device))
                .toList();
        try (Torch torch = Torch.open(setting.threads(), setting.devices().get(0));
                Network network = Network.of(torch, architecture, architecture.initialValues(1));
                ContrastiveLoss loss = new TiledLoss(torch, LossPlan.ntXent(TEMPERATURE));
                Optimiser optimiser =
                        new Optimiser(torch, new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8), network.trained());
                TrainingStep step = new TrainingStep(torch, network, loss, optimiser, 2 * pairs, more)) {
            for (int i = 1; i <= WARM_UP_STEPS; i++) {
                step.train(views, SIDE, SIDE, images, 0.001, i);
            }
            double nativeBefore = torch.nativeSeconds();
            double[] seconds = new double[steps];
            for (int i = 0; i < steps; i++) {
                long begin = System.nanoTime();
                step.train(views, SIDE, SIDE, images, 0.001, WARM_UP_STEPS + 1 + i);
                seconds[i] = (System.nanoTime() - begin) / 1e9;
            }
            double all = Arrays.stream(seconds).sum();
            double inOperators =
                    torch.nativeSeconds() - nativeBefore - steps * CALLS * secondsOfAnIdleCall(torch, network);
            Arrays.sort(seconds);
            double median = seconds[steps / 2];
            return new Figures(pairs / median, median, 1 - inOperators / all);
        } finally {
            more.forEach(Torch::close);
        }
    }

    static Architecture network(Stem stem, Precision precision) {
        return Architecture.of(
                new NetworkPlan(18, 0.25, stem, new HeadPlan(2, 0, 128, 0), false, Normalisation.NONE, precision));
    }

    static ByteBuffer noise(int views, int side) {
        byte[] noise = new byte[views * side * side * 3];
        new Random(1).nextBytes(noise);
        return ByteBuffer.allocateDirect(noise.length).put(noise).flip();
    }

    /** What it costs to call a script that does nothing, with as many tensors as the network trains. */
    private static double secondsOfAnIdleCall(Torch torch, Network network) {
        try (Scope scope = torch.scope();
                Script idle = torch.compile("  def idle(self, p: List[Tensor]) -> Tensor:\n    return p[0]\n")) {
            double before = torch.nativeSeconds();
            for (int i = 0; i < IDLE_CALLS; i++) {
                idle.one(scope, "idle", network.trained()).close();
            }
            return (torch.nativeSeconds() - before) / IDLE_CALLS;
        }
    }
}
