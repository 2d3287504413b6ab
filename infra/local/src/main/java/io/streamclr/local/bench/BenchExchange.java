package io.streamclr.local.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.trainer.bench.ExchangeBenchmark;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code streamclr bench exchange}. */
@Command(
        name = "exchange",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Exchange gradients and embeddings among ranks, by TCP on the loopback interface, without a broker.",
            "Prints how long a sum of all ranks' gradients takes, and a gather of their embeddings: what training by several"
                    + " ranks costs a step beside its computing."
        })
final class BenchExchange implements Callable<Integer> {

    private static final int MOST_RANKS = 64;
    private static final int MOST_MEGABYTES = 1_000;
    private static final int MOST_PAIRS = 1 << 15;
    private static final int MOST_FEATURES = 1 << 12;
    private static final int BYTES_OF_A_MEGABYTE = 1_000_000;

    @Option(
            names = "--ranks",
            paramLabel = "N",
            defaultValue = "2",
            description = "Number of ranks, each a thread (default: ${DEFAULT-VALUE}).")
    private int ranks;

    @Option(
            names = "--megabytes",
            paramLabel = "MB",
            defaultValue = "100",
            description = "Gradients of each rank; those of a ResNet-50 are 94 MB (default: ${DEFAULT-VALUE}).")
    private int megabytes;

    @Option(
            names = "--pairs",
            paramLabel = "N",
            defaultValue = "512",
            description = "Pairs of each rank, of which both embeddings go to all (default: ${DEFAULT-VALUE}).")
    private int pairs;

    @Option(
            names = "--dimension",
            paramLabel = "N",
            defaultValue = "128",
            description = "Numbers of an embedding (default: ${DEFAULT-VALUE}).")
    private int dimension;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "11",
            description = "How often each is done (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--json", description = "Print one JSON object instead of a text.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        require("--ranks", ranks, 2, MOST_RANKS);
        require("--megabytes", megabytes, 1, MOST_MEGABYTES);
        require("--pairs", pairs, 1, MOST_PAIRS);
        require("--dimension", dimension, 1, MOST_FEATURES);
        require("--rounds", rounds, 1, 1000);
        int numbers = megabytes * (BYTES_OF_A_MEGABYTE / Float.BYTES);
        ExchangeBenchmark.Figures figures =
                ExchangeBenchmark.run(ranks, numbers, 2 * pairs * dimension * Float.BYTES, rounds);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            ObjectNode object = new ObjectMapper().createObjectNode();
            object.put("ranks", ranks);
            object.put("megabytes", megabytes);
            object.put("sum_milliseconds", figures.sumMillis());
            object.put("sum_cpu_milliseconds_per_rank", figures.sumCpuMillis());
            object.put("gather_milliseconds", figures.gatherMillis());
            out.println(object);
        } else {
            out.printf(
                    Locale.ROOT,
                    "%.0f ms to add up %d MB of %d ranks, and %.0f ms of the processor for each of them%n"
                            + "%.2f ms to give the embeddings of %d pairs of each rank to all%n",
                    figures.sumMillis(),
                    megabytes,
                    ranks,
                    figures.sumCpuMillis(),
                    figures.gatherMillis(),
                    pairs);
        }
        out.flush();
        return 0;
    }

    private void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + ", but it must be " + least + " to " + most);
        }
    }
}
