package io.streamclr.local.experiment;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code streamclr experiment stream}. */
@Command(
        name = "stream",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Compare stream orders and replay memories: one pass over images shuffled, sorted by class, sorted in two"
                    + " rounds, and in bursts of near duplicates, with as many updates as ten passes over shuffled"
                    + " ones.",
            "Each with every replay memory and without, and with near duplicates masked and not. --images limits the"
                    + " images of a stream, which has a tenth of --budget-pairs."
        })
final class StreamCommand implements Callable<Integer> {

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        return options.work(new StreamExperiment(), Map.of());
    }
}
