package io.streamclr.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.Interruptible;
import io.streamclr.console.similar.SearchBenchmark;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr bench search}. */
@Command(
        name = "search",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Search in random embeddings that lie around centres, without a broker, on one thread.",
            "Prints how long a search takes that compares each, and one by an index, how fast the index is built, and how"
                    + " many of the ten nearest it finds."
        })
final class BenchSearch implements Callable<Integer> {

    private static final int MOST = 10_000_000;
    private static final int MOST_FEATURES = 8_192;

    @Option(
            names = "--count",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Number of embeddings (default: ${DEFAULT-VALUE}).")
    private int count;

    @Option(
            names = "--dimension",
            paramLabel = "N",
            defaultValue = "512",
            description = "Numbers of each (default: ${DEFAULT-VALUE}).")
    private int dimension;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Seed of the random numbers (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--json", description = "Print one JSON object instead of a text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (count < 1 || count > MOST || dimension < 1 || dimension > MOST_FEATURES) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--count must be 1 to " + MOST + " embeddings and --dimension 1 to " + MOST_FEATURES);
        }
        Path folder = BenchFolder.make();
        SearchBenchmark.Figures figures = Interruptible.work(() -> SearchBenchmark.run(count, dimension, seed, folder));
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            object.put("exact_milliseconds", figures.exact());
            object.put("index_milliseconds", figures.found());
            object.put("recall_at_10", figures.recall());
            object.put("held_per_second", figures.held());
            object.put("indexed_per_second", figures.indexed());
            out.println(object);
        } else {
            out.printf(
                    Locale.ROOT,
                    "%.1f ms a search that compares each, %.2f ms by the index, which finds %.1f %% of the ten nearest%n"
                            + "%,.0f embeddings/s into memory, %,.0f/s into the index%n",
                    figures.exact(),
                    figures.found(),
                    100 * figures.recall(),
                    figures.held(),
                    figures.indexed());
        }
        out.flush();
        return 0;
    }
}
