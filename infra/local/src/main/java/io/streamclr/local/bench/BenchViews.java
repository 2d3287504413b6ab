package io.streamclr.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.RecipePresets;
import io.streamclr.augment.view.Recipe;
import io.streamclr.augment.view.ViewBenchmark;
import io.streamclr.stream.options.DecodingOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr bench views}. */
@Command(
        name = "views",
        mixinStandardHelpOptions = true,
        description = {
            "Decode images and render two views of each, on one thread, as each task of the augment job does.",
            "Prints pairs per second and the time of each stage."
        })
final class BenchViews implements Callable<Integer> {

    @Mixin
    private DecodingOptions decoding;

    @Option(
            names = "--data",
            paramLabel = "PATH",
            required = true,
            description = "Images to measure with: a directory, a tar file, an IDX file.")
    private Path images;

    @Option(
            names = "--recipe",
            paramLabel = "RECIPE",
            completionCandidates = RecipePresets.class,
            defaultValue = "imagenet,crop.filter=bilinear",
            description = "Augmentation recipe: a preset (imagenet, cifar, grey) and changes to it, such as"
                    + " cifar,blur.p=0.5 (default: ${DEFAULT-VALUE}, the filter of torchvision's usual transforms).")
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
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "Seconds to measure, after half as long to warm up (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(names = "--json", description = "Print one JSON object instead of a table.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (count < 1 || count > 100_000 || seconds < 1 || seconds > 3600) {
            throw new ParameterException(
                    spec.commandLine(), "--count must be 1 to 100000 images and --seconds 1 to 3600");
        }
        Recipe by = decoding.in(Recipe.parse(recipe));
        if (size != null) {
            by = by.with("size", size.toString());
        }
        ViewBenchmark.Figures figures = ViewBenchmark.run(
                Encoded.first(count, images), by, Duration.ofMillis(500L * seconds), Duration.ofSeconds(seconds));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            object.put("pairs_per_second", figures.pairsPerSecond());
            object.put("size", figures.size());
            object.put("pairs", figures.pairs());
            object.put("undecodable", figures.leftOut().count());
            figures.stages().forEach(object.putObject("stages")::put);
            out.println(object);
        } else {
            out.printf("%.1f pairs/s on one thread, views of %d pixels%n", figures.pairsPerSecond(), figures.size());
            figures.stages().entrySet().stream()
                    .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                    .forEach(stage -> out.printf("  %-12s %8.3f ms a pair%n", stage.getKey(), stage.getValue()));
            if (figures.leftOut().count() > 0) {
                out.println(figures.leftOut().sentence());
            }
        }
        out.flush();
        return 0;
    }
}
