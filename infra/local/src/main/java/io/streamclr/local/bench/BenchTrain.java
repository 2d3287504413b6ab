package io.streamclr.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.Interruptible;
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
import java.util.Locale;
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
            "Prints pairs per second, seconds per step, the share of a step outside PyTorch's operators, peak memory"
                    + " of the process, and whether all numbers stayed finite."
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
            description = "ResNet depth: 18, 34, 50, 101 or 152 (default: 18).")
    private Optional<Integer> depth;

    @Option(
            names = "--width",
            paramLabel = "FACTOR",
            description = "ResNet: width multiplier; 0.25 starts with 16 channels (default: 0.25, 1 with --backbone).")
    private Optional<Double> width;

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

    @Option(names = "--json", description = "Print one JSON object instead of a sentence.")
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
        NetworkPlan network = network();
        TrainBenchmark.Setting setting =
                new TrainBenchmark.Setting(network, size, batch, chunkViews, remember, threads, devicesToUse);
        TrainBenchmark.Figures figures = Interruptible.work(() -> TrainBenchmark.run(setting, steps));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            object.put("pairs_per_second", figures.pairsPerSecond());
            object.put("outside_native_share", figures.outsideNativeShare());
            object.put("step_seconds", figures.stepSeconds());
            object.put(
                    "peak_bytes",
                    figures.peakBytes().isPresent() ? figures.peakBytes().getAsLong() : null);
            object.put("loss", Double.isFinite(figures.loss()) ? figures.loss() : null);
            object.put("finite", figures.finite());
            object.put("backbone", network.backbone().name());
            if (network.backbone() instanceof ResNet resnet) {
                object.put("depth", resnet.depth());
            }
            network.backbone().facts().forEach(object::putPOJO);
            object.put("size", size);
            object.put("chunk", chunkViews);
            object.put("remember", remember);
            object.put("precision", precision.word());
            object.put("threads", threads);
            object.put("batch", batch);
            object.put("devices", String.join(",", devices));
            out.println(object);
        } else {
            out.printf(
                    Locale.ROOT,
                    "%s pairs/s (%.1f ms a step of %d pairs, %d threads on %s), %.1f %% of the time outside native"
                            + " operators%s; loss %.4f, %s%n",
                    rate(figures.pairsPerSecond()),
                    1e3 * figures.stepSeconds(),
                    batch,
                    threads,
                    String.join(",", devices),
                    1e2 * figures.outsideNativeShare(),
                    memory(figures),
                    figures.loss(),
                    figures.finite() ? "all numbers finite" : "NOT all numbers finite");
        }
        out.flush();
        return figures.finite() ? 0 : 1;
    }

    private NetworkPlan network() {
        try {
            BackboneChoice choice = new BackboneChoice(
                    backbone,
                    depth,
                    width,
                    stem,
                    Optional.empty(),
                    Optional.empty(),
                    patch,
                    freezePatch ? Optional.of(true) : Optional.empty());
            Backbone chosen = choice.of(USUAL, false, OptionalInt.of(size));
            Norm norm = chosen instanceof ResNet ? Norm.BATCH : Norm.GROUP;
            return new NetworkPlan(chosen, new HeadPlan(2, 0, 128, 0), norm, Normalisation.NONE, precision);
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage(), wrong);
        }
    }

    private static String rate(double pairsPerSecond) {
        return String.format(Locale.ROOT, pairsPerSecond < 10 ? "%.2f" : "%.0f", pairsPerSecond);
    }

    private static String memory(TrainBenchmark.Figures figures) {
        return figures.peakBytes().isPresent()
                ? String.format(
                        Locale.ROOT,
                        "; %,d MiB of memory at most",
                        figures.peakBytes().getAsLong() >> 20)
                : "";
    }
}
