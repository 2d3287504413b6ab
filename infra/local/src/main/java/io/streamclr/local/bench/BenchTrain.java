package io.streamclr.local.bench;

import io.streamclr.console.Interruptible;
import io.streamclr.trainer.bench.GraphicsCard;
import io.streamclr.trainer.bench.TrainBenchmark;
import io.streamclr.trainer.command.BackboneChoice;
import io.streamclr.trainer.command.Offered;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.torch.TorchDevice;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr bench train}. */
@Command(
        name = "train",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Train a network on random views, without a broker: whether it works on this machine, and how fast.",
            "Prints pairs and views per second, seconds per step, the share of a step outside PyTorch's operators, memory,"
                    + " whether all numbers stayed finite, where a step's time goes, and what its arithmetic and its"
                    + " memory traffic are on paper."
        })
final class BenchTrain implements Callable<Integer> {

    private static final Backbone USUAL = new ResNet(18, 0.25, 1, Stem.SMALL, 1, false);

    @Option(
            names = "--backbone",
            paramLabel = "NAME",
            completionCandidates = Offered.Backbones.class,
            description = "Encoder as published: ${COMPLETION-CANDIDATES}, or others that train has (default: resnet18"
                    + " of width 1/4).")
    private Optional<String> backbone;

    @Option(
            names = "--depth",
            paramLabel = "N",
            completionCandidates = Offered.Depths.class,
            description = "ResNet depth: 10, 18, 34, 50, 101 or 152 (default: 18).")
    private Optional<Integer> depth;

    @Option(
            names = "--width",
            paramLabel = "FACTOR",
            description = "ResNet: width multiplier; 0.25 starts with 16 channels (default: 0.25, 1 with --backbone).")
    private Optional<Double> width;

    @Option(
            names = "--late-width",
            paramLabel = "N",
            description = "ResNet: multiplier of the widths of the last two stages alone, 1 to 8 (default: 1).")
    private Optional<Integer> lateWidth;

    @Option(
            names = "--patch",
            paramLabel = "PIXELS",
            description = "ViT: side of a patch (default: 4 for --size up to 64, otherwise 16).")
    private Optional<Integer> patch;

    @Option(names = "--freeze-patch", description = "ViT: do not train the projection of patches.")
    private boolean freezePatch;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            defaultValue = "28",
            description = "Height and width of the views (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--stem",
            paramLabel = "NAME",
            description = "small (3x3, stride 1), small2 (3x3, stride 2) or imagenet; of a ConvNeXt patches of 1, 2 and"
                    + " 4 pixels (default: small).")
    private Optional<Stem> stem;

    @Option(
            names = "--norm",
            paramLabel = "NAME",
            description =
                    "Normalisation layers of a ResNet and of the head: batch or group (default: batch, group for a"
                            + " ViT or a ConvNeXt).")
    private Optional<Norm> norm;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            defaultValue = "float32",
            description = "Compute precision: float32, bfloat16 or float16 (default: ${DEFAULT-VALUE}).")
    private Precision precision;

    @Option(
            names = "--batch-size",
            paramLabel = "PAIRS",
            defaultValue = "256",
            description = "Batch size in view pairs (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--chunk",
            paramLabel = "VIEWS",
            description = "Views per forward pass; fewer need less memory (default: the whole batch).")
    private Optional<Integer> chunk;

    @Option(
            names = "--remember",
            paramLabel = "CHUNKS",
            defaultValue = "1",
            description = "Chunks of each device that take one forward pass and not two, for the memory of a chunk each"
                    + " (default: ${DEFAULT-VALUE}).")
    private int remember;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "30",
            description = "Steps to measure (default: ${DEFAULT-VALUE}).")
    private int steps;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "PyTorch threads of each device (default: all processors, shared among the cpu devices).")
    private Optional<Integer> threadsEach;

    @Option(
            names = "--device",
            paramLabel = "NAME",
            completionCandidates = Offered.Devices.class,
            split = ",",
            defaultValue = "cpu",
            description = "Devices: cpu, gpu:0, or several that share each batch, such as gpu:0,gpu:1 (default:"
                    + " ${DEFAULT-VALUE}).")
    private List<String> devices;

    @Option(
            names = "--allow-tf32",
            description = "Graphics cards: TF32 for convolutions and matrix products in float32, as with train.")
    private boolean allowTf32;

    @Option(
            names = "--card",
            paramLabel = "NAME",
            description =
                    "Print what the data sheet of this graphics card would allow at most: ${COMPLETION-CANDIDATES}"
                            + " (default: the card of --device, where the driver says which one it is).")
    private Optional<GraphicsCard> card;

    @Option(names = "--json", description = "Print one JSON object instead of sentences.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        List<TorchDevice> devicesToUse =
                devices.stream().map(TorchDevice::parse).toList();
        int threads = threadsEach.orElseGet(
                () -> TorchDevice.threadsEach(devicesToUse, Runtime.getRuntime().availableProcessors()));
        int fewest = 4 * devices.size();
        if (steps < 1 || steps > 1_000_000 || threads < 1 || threads > 1024 || batch < fewest || batch > 65_536) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--steps must be 1 to 1000000, --threads 1 to 1024, and --batch-size " + fewest + " to 65536");
        }
        int chunkViews = chunk.orElse(2 * batch);
        if (chunkViews < 4) {
            throw new ParameterException(spec.commandLine(), "--chunk must be 4 or more");
        }
        if (remember < 1) {
            throw new ParameterException(spec.commandLine(), "--remember must be 1 or more");
        }
        TrainBenchmark.Setting setting = new TrainBenchmark.Setting(
                network(), size, batch, chunkViews, remember, threads, devicesToUse, allowTf32);
        TrainBenchmark.Figures figures = Interruptible.work(() -> TrainBenchmark.run(setting, steps));
        TrainReport report = new TrainReport(setting, figures, card.or(() -> cardOf(setting)));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(report.json());
        } else {
            report.sentences().forEach(out::println);
        }
        out.flush();
        return figures.finite() ? 0 : 1;
    }

    private static Optional<GraphicsCard> cardOf(TrainBenchmark.Setting setting) {
        return setting.cards() == setting.devices().size() ? GraphicsCard.ofThisMachine() : Optional.empty();
    }

    private NetworkPlan network() {
        try {
            BackboneChoice choice = new BackboneChoice(
                    backbone,
                    depth,
                    width,
                    lateWidth,
                    stem,
                    Optional.empty(),
                    Optional.empty(),
                    patch,
                    freezePatch ? Optional.of(true) : Optional.empty());
            Backbone chosen = choice.of(USUAL, false, OptionalInt.of(size));
            Norm usual = chosen instanceof ResNet ? Norm.BATCH : Norm.GROUP;
            return new NetworkPlan(
                    chosen, new HeadPlan(2, 0, 128, 0), norm.orElse(usual), Normalisation.NONE, precision);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
    }
}
