package io.streamclr.trainer.bench;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.loss.ContrastiveLoss;
import io.streamclr.trainer.loss.LossPlan;
import io.streamclr.trainer.loss.TiledLoss;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.Optimiser;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.step.StepParts;
import io.streamclr.trainer.step.TrainingStep;
import io.streamclr.trainer.step.TrainingStep.Trained;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.torch.TorchDevice;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;

/** How fast this machine trains, on made-up views: usually ResNet-18 of width 16, views of 28x28. */
public final class TrainBenchmark {

    public static final int PAIRS = 256;
    public static final int SIDE = 28;
    public static final double TEMPERATURE = 0.2;
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
     * @param peakBytes of memory that this process has ever held, PyTorch's and Java's together; empty where the operating
     *     system does not say
     * @param loss of the last step, in nats
     * @param finite whether the loss and the gradients of all steps were finite numbers
     * @param shares of the parts of a step in its time on the first device; the rest is between them. With a card they are of
     *     steps apart, in which it is waited for after each part, which takes longer
     * @param cardBytes that are in use of the memory of each card, by whomever, after the last step
     * @param work of a step on paper
     */
    public record Figures(
            double pairsPerSecond,
            double stepSeconds,
            double outsideNativeShare,
            OptionalLong peakBytes,
            double loss,
            boolean finite,
            Map<StepParts.Part, Double> shares,
            Map<TorchDevice, Long> cardBytes,
            StepWork work) {

        public Figures {
            shares = Map.copyOf(shares);
            cardBytes = Map.copyOf(cardBytes);
        }
    }

    /**
     * What to train with.
     *
     * @param side of the views, in pixels
     * @param pairs of a batch, 4 or more
     * @param chunkViews views that go through the network together, 4 or more
     * @param remembered chunks of each device that go forward once only, 1 or more
     * @param threads of PyTorch, for each device, 1 or more
     * @param devices that share each batch, 1 or more
     * @param tf32 whether cards round what they multiply in 32 bits
     */
    public record Setting(
            NetworkPlan network,
            int side,
            int pairs,
            int chunkViews,
            int remembered,
            int threads,
            List<TorchDevice> devices,
            boolean tf32) {

        /** As many as the largest views that a recipe draws. */
        private static final int MOST_SIDE = 1024;

        private static final int IMAGENET_SIDE = 64;

        public Setting {
            devices = List.copyOf(devices);
            if (side < 8 || side > MOST_SIDE) {
                throw RefusalException.ofUsage(
                        "Views of " + side + " pixels are not rendered; give --size 8 to " + MOST_SIDE);
            }
            network.backbone().require(side, side);
            if (network.backbone() instanceof ResNet resnet && resnet.stem() == Stem.IMAGENET && side < IMAGENET_SIDE) {
                throw RefusalException.ofUsage("The stem imagenet takes views of " + IMAGENET_SIDE
                        + " pixels and more, and --size is " + side + "; give --stem small or small2 for such views");
            }
        }

        /** Without rounding on cards. */
        public Setting(
                NetworkPlan network,
                int side,
                int pairs,
                int chunkViews,
                int remembered,
                int threads,
                List<TorchDevice> devices) {
            this(network, side, pairs, chunkViews, remembered, threads, devices, false);
        }

        /** How many of the devices are graphics cards. */
        public int cards() {
            return (int) devices.stream()
                    .filter(device -> !device.equals(TorchDevice.CPU))
                    .count();
        }

        /** ResNet-18 of width 16, 256 pairs of 28 pixels a batch, on the processor. */
        public static Setting usual(Stem stem, Precision precision, int threads) {
            return new Setting(plan(stem, precision), SIDE, PAIRS, 2 * PAIRS, 1, threads, List.of(TorchDevice.CPU));
        }
    }

    /**
     * Trains on one made-up batch again and again.
     *
     * @param steps to measure, 1 or more
     */
    public static Figures run(Setting setting, int steps) {
        int pairs = setting.pairs();
        Architecture architecture = Architecture.of(setting.network());
        ByteRows views = noisyRows(2 * pairs, setting.side());
        List<Torch> more = setting.devices().stream()
                .skip(1)
                .map(device -> Torch.open(setting.threads(), device, setting.tf32()))
                .toList();
        try (Torch torch = Torch.open(setting.threads(), setting.devices().get(0), setting.tf32());
                Network network = Network.of(torch, architecture, architecture.initialValues(1));
                ContrastiveLoss loss = new TiledLoss(torch, LossPlan.ntXent(TEMPERATURE));
                Optimiser optimiser =
                        new Optimiser(torch, new UpdateRule.AdamW(1e-4, 0.9, 0.99, 1e-8), network.trained());
                TrainingStep step = new TrainingStep(torch, network, loss, optimiser, setting.chunkViews(), more)) {
            step.remember(setting.remembered());
            Round warm = train(step, views, setting, WARM_UP_STEPS, 0);
            PartTimes times = new PartTimes(System::nanoTime, torch::awaitDevice);
            if (setting.cards() == 0) {
                step.measure(times);
            }
            double nativeBefore = torch.nativeSeconds();
            Round round = train(step, views, setting, steps, WARM_UP_STEPS);
            double inOperators =
                    torch.nativeSeconds() - nativeBefore - steps * CALLS * secondsOfAnIdleCall(torch, network);
            Round inParts = round;
            if (setting.cards() > 0) {
                step.measure(times);
                inParts = train(step, views, setting, steps, WARM_UP_STEPS + steps);
            }
            return new Figures(
                    pairs / round.median(),
                    round.median(),
                    1 - inOperators / round.sum(),
                    PeakMemory.ofThisProcess(),
                    round.loss(),
                    warm.finite() && round.finite() && inParts.finite(),
                    times.shares(inParts.sum()),
                    cardBytes(setting.devices()),
                    StepWork.of(setting));
        } finally {
            more.forEach(Torch::close);
        }
    }

    /** Steps one after the other. @param loss of the last one */
    private record Round(double[] seconds, double loss, boolean finite) {

        double sum() {
            return Arrays.stream(seconds).sum();
        }

        double median() {
            return Arrays.stream(seconds).sorted().toArray()[seconds.length / 2];
        }
    }

    private static Round train(TrainingStep step, ByteRows views, Setting setting, int steps, int before) {
        int side = setting.side();
        int[] images = IntStream.range(0, setting.pairs()).toArray();
        double[] seconds = new double[steps];
        double loss = Double.NaN;
        boolean finite = true;
        for (int i = 0; i < steps; i++) {
            long begin = System.nanoTime();
            Trained trained = step.train(views, side, side, images, 0.001, before + 1 + i);
            seconds[i] = (System.nanoTime() - begin) / 1e9;
            loss = trained.loss();
            finite &= trained.moved();
        }
        return new Round(seconds, loss, finite);
    }

    private static Map<TorchDevice, Long> cardBytes(List<TorchDevice> devices) {
        Map<TorchDevice, Long> bytes = new LinkedHashMap<>();
        devices.forEach(device -> device.memoryInUse().ifPresent(inUse -> bytes.put(device, inUse)));
        return bytes;
    }

    public static Architecture network(Stem stem, Precision precision) {
        return Architecture.of(plan(stem, precision));
    }

    private static NetworkPlan plan(Stem stem, Precision precision) {
        return new NetworkPlan(18, 0.25, stem, new HeadPlan(2, 0, 128, 0), false, Normalisation.NONE, precision);
    }

    public static ByteBuffer noise(int views, int side) {
        byte[] noise = new byte[views * side * side * 3];
        new Random(1).nextBytes(noise);
        return ByteBuffer.allocateDirect(noise.length).put(noise).flip();
    }

    private static ByteRows allocated(int views, int viewBytes) {
        try {
            return ByteRows.allocate(views, viewBytes);
        } catch (OutOfMemoryError full) {
            throw new RefusalException(
                    "No memory is left for " + (((long) views * viewBytes) >> 20)
                            + " MiB of views; give a smaller --batch-size or --size, or Java more with"
                            + " -XX:MaxDirectMemorySize",
                    full);
        }
    }

    private static ByteRows noisyRows(int views, int side) {
        ByteRows rows = allocated(views, 3 * side * side);
        byte[] noise = new byte[rows.rowBytes()];
        Random random = new Random(1);
        for (int row = 0; row < views; row++) {
            random.nextBytes(noise);
            rows.put(row, ByteBuffer.wrap(noise));
        }
        return rows;
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
