package io.streamclr.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr bench feed}. */
@Command(
        name = "feed",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Feed made-up view pairs from a Kafka broker on this machine to a trainer that does nothing with them.",
            "Prints pairs and megabytes per second, and the processor time of a pair with its parts: fetching, decoding,"
                    + " hashing, and composing batches."
        })
final class BenchFeed implements Callable<Integer> {

    private static final long MOST_BYTES = 16L << 30;

    @Option(
            names = "--size",
            paramLabel = "PIXELS",
            defaultValue = "224",
            description = "Height and width of the views (default: ${DEFAULT-VALUE}).")
    private int size;

    @Option(
            names = "--batch-size",
            paramLabel = "PAIRS",
            defaultValue = "256",
            description = "Batch size in view pairs (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--blocks",
            paramLabel = "N",
            defaultValue = "6",
            description = "Blocks of two batches that each turn measures, beside three more (default:"
                    + " ${DEFAULT-VALUE}).")
    private int blocks;

    @Option(
            names = "--turns",
            paramLabel = "N",
            defaultValue = "5",
            description = "Turns of which the median counts, after five to warm up (default: ${DEFAULT-VALUE}).")
    private int turns;

    @Option(names = "--json", description = "Print one JSON object instead of sentences.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        if (size < 1 || size > 1024 || batch < 2 || batch > 65_536 || blocks < 1 || turns < 1 || turns > 100) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--size must be 1 to 1024, --batch-size 2 to 65536, --blocks 1 or more and --turns 1 to 100");
        }
        if (12L * size * size * batch > MOST_BYTES / (blocks + 3L)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "The views of a turn must have 16 GiB at most, which a broker has to keep; give a smaller --size,"
                            + " --batch-size or --blocks");
        }
        show(new FeedBenchmark(size, batch, blocks, turns).measure(BenchFolder.make()));
        return 0;
    }

    private void show(FeedBenchmark.Figures figures) {
        FeedTime time = figures.milliseconds();
        double megabytes = figures.recordBytes() / 1e6;
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            object.put("pairs_per_second", figures.pairsPerSecond());
            object.put("megabytes_per_second", figures.pairsPerSecond() * megabytes);
            object.put("megabytes_per_core_second", 1e3 * megabytes / time.all());
            object.put("cpu_milliseconds_per_pair", time.all());
            ObjectNode parts = object.putObject("cpu_milliseconds");
            parts.put("fetch", time.fetch());
            parts.put("decode", time.decode());
            parts.put("hash", time.hash());
            parts.put("compose", time.compose());
            parts.put("rest", time.rest());
            object.put("size", size);
            object.put("batch", batch);
            object.put("pairs", figures.pairs());
            object.put("record_bytes", figures.recordBytes());
            out.println(object);
        } else {
            out.printf(
                    Locale.ROOT,
                    "%,.0f pairs/s, %.0f MB/s, views of %d pixels%n"
                            + "%.3f ms of processor time a pair, %.0f MB for each second of a core: fetch %.3f, decode"
                            + " %.3f, hash %.3f, compose %.3f, rest of the process %.3f%n",
                    figures.pairsPerSecond(),
                    figures.pairsPerSecond() * megabytes,
                    size,
                    time.all(),
                    1e3 * megabytes / time.all(),
                    time.fetch(),
                    time.decode(),
                    time.hash(),
                    time.compose(),
                    time.rest());
        }
        out.flush();
    }
}
