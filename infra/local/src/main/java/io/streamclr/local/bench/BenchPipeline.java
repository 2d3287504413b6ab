package io.streamclr.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.RecipePresets;
import io.streamclr.augment.view.Recipe;
import io.streamclr.console.Home;
import io.streamclr.local.dataset.FashionMnist;
import io.streamclr.stream.sink.Compression;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr bench pipeline}. */
@Command(
        name = "pipeline",
        mixinStandardHelpOptions = true,
        description = {
            "Render view pairs of images through a Kafka broker and Flink on this machine, repeatedly, and compare"
                    + " with the engine alone on as many threads.",
            "Prints pairs per second of both, and their ratio."
        })
final class BenchPipeline implements Callable<Integer> {

    @Mixin
    private Home home;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            description = "Images to measure with: a directory, a tar file, an IDX file (default: Fashion-MNIST,"
                    + " downloaded if missing).")
    private Path images;

    @Option(
            names = "--recipe",
            paramLabel = "RECIPE",
            completionCandidates = RecipePresets.class,
            description = "Augmentation recipe: a preset (imagenet, cifar, grey) and changes to it (default:"
                    + " imagenet, and grey for Fashion-MNIST).")
    private String recipe;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            description = "Height and width of the views (default: the recipe's).")
    private Integer size;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "300",
            description = "Number of images to cycle through (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "1",
            description = "Parallelism of the job, and threads of the engine alone (default: ${DEFAULT-VALUE}).")
    private int parallelism;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "Seconds of each measurement, two of the job and two of the engine in turn, after half as"
                    + " long to warm up (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--exactly-once", description = "Have the job write views in Kafka transactions.")
    private boolean exactlyOnce;

    @Option(
            names = "--compression",
            paramLabel = "KIND",
            defaultValue = "none",
            description = "Compression of the views topic: none, lz4 or zstd (default: ${DEFAULT-VALUE}).")
    private Compression compression;

    @Option(names = "--json", description = "Print one JSON object instead of sentences.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (count < 1 || count > 100_000 || seconds < 1 || seconds > 3600 || parallelism < 1 || parallelism > 256) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--count must be 1 to 100000 images, --seconds 1 to 3600 and --parallelism 1 to 256");
        }
        Recipe by = Recipe.parse(recipe != null ? recipe : images == null ? "grey" : "imagenet");
        if (size != null) {
            by = by.with("size", size.toString());
        }
        Path from = images != null
                ? images
                : FashionMnist.fetch(home.folder().resolve("data"), (place, bytes) -> {})
                        .resolve(FashionMnist.TRAIN_IMAGES);
        Path folder = BenchFolder.make();
        PipelineBenchmark pipeline = new PipelineBenchmark(
                from, count, by, parallelism, exactlyOnce, compression, Duration.ofSeconds(seconds));
        show(pipeline.measure(folder), by.size());
        return 0;
    }

    private void show(PipelineBenchmark.Figures figures, int side) {
        double share = figures.pairsPerSecond() / figures.enginePairsPerSecond();
        double in = figures.pairsPerSecond() * figures.imageBytes() / 1e6;
        double out = figures.pairsPerSecond() * 6 * side * side / 1e6;
        PrintWriter printer = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            object.put("pairs_per_second", figures.pairsPerSecond());
            object.put("engine_pairs_per_second", figures.enginePairsPerSecond());
            object.put("share", share);
            object.put("size", side);
            object.put("parallelism", parallelism);
            object.put("megabytes_in_per_second", in);
            object.put("megabytes_out_per_second", out);
            object.put("job_cores", figures.jobCores());
            object.put("broker_cores", figures.brokerCores());
            object.put("compression", compression.toString());
            object.put("stored_bytes_per_pair", figures.storedBytes());
            figures.passGap().ifPresent(gap -> object.put("pass_gap_milliseconds", gap));
            printer.println(object);
        } else {
            printer.printf(
                    "%.1f pairs/s through Kafka and Flink, %.1f of the engine alone: %.0f %%, views of %d pixels%n",
                    figures.pairsPerSecond(), figures.enginePairsPerSecond(), 100 * share, side);
            printer.printf(
                    "%.1f MB/s of images in, %.1f MB/s of pixels out; the job takes %.2f cores, the broker %.2f%n",
                    in, out, figures.jobCores(), figures.brokerCores());
            printer.printf(
                    "%.0f bytes a pair on the broker's disk, compression %s%n", figures.storedBytes(), compression);
            figures.passGap().ifPresent(gap -> printer.printf("%d ms from one pass to the next, at the most%n", gap));
        }
        printer.flush();
    }
}
