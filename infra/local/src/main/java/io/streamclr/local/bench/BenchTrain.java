package io.streamclr.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.local.Interruptible;
import io.streamclr.trainer.TrainBenchmark;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.torch.TorchDevice;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr bench train}. */
@Command(
        name = "train",
        mixinStandardHelpOptions = true,
        description = {
            "Train a ResNet-18 of width 16 on made-up views of 28 pixels, without a broker.",
            "Prints pairs per second, and the share of the step that is spent outside PyTorch's operators."
        })
final class BenchTrain implements Callable<Integer> {

    @Option(
            names = "--stem",
            paramLabel = "STEM",
            defaultValue = "small",
            description = "small (3x3, stride 1), small2 (3x3, stride 2) or imagenet. Default: ${DEFAULT-VALUE}.")
    private Stem stem;

    @Option(
            names = "--precision",
            paramLabel = "KIND",
            defaultValue = "float32",
            description = "float32, bfloat16 or float16: what convolutions compute with. Default: ${DEFAULT-VALUE}.")
    private Precision precision;

    @Option(
            names = "--batch",
            paramLabel = "PAIRS",
            defaultValue = "256",
            description = "View pairs of a batch. Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "30",
            description = "Steps to measure. Default: ${DEFAULT-VALUE}.")
    private int steps;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of PyTorch, for each device. Default: all processors, shared among the devices that"
                    + " are cpu.")
    private Optional<Integer> threadsEach;

    @Option(
            names = "--devices",
            paramLabel = "NAME",
            split = ",",
            defaultValue = "cpu",
            description = "What computes: cpu, gpu:0, or several that share each batch, such as cpu,cpu. Default:"
                    + " ${DEFAULT-VALUE}.")
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
                    "--steps must be 1 to 1000000, --threads 1 to 1024, and --batch " + fewest + " to 65536");
        }
        TrainBenchmark.Setting setting = new TrainBenchmark.Setting(stem, precision, batch, threads, devicesToUse);
        TrainBenchmark.Figures figures = Interruptible.work(() -> TrainBenchmark.run(setting, steps));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            object.put("pairs_per_second", figures.pairsPerSecond());
            object.put("outside_native_share", figures.outsideNativeShare());
            object.put("step_seconds", figures.stepSeconds());
            object.put("stem", stem.toString());
            object.put("precision", precision.name().toLowerCase(Locale.ROOT));
            object.put("threads", threads);
            object.put("batch", batch);
            object.put("devices", String.join(",", devices));
            out.println(object);
        } else {
            out.printf(
                    "%.0f pairs/s (%.1f ms a step of %d pairs, %d threads on %s), %.1f %% of the time outside native"
                            + " operators%n",
                    figures.pairsPerSecond(),
                    1e3 * figures.stepSeconds(),
                    batch,
                    threads,
                    String.join(",", devices),
                    1e2 * figures.outsideNativeShare());
        }
        out.flush();
        return 0;
    }
}
