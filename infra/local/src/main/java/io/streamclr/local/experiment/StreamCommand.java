package io.streamclr.local.experiment;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code streamclr experiment stream}. */
@Command(
        name = "stream",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "What the order of a stream costs and a memory brings: one pass over images shuffled, sorted by class, sorted"
                    + " in two rounds, and in bursts of near duplicates, with as many updates as ten passes over shuffled"
                    + " ones.",
            "Each with every memory and with none, and with near duplicates masked and not. --images bounds how many"
                    + " images a stream has; a tenth of --budget-pairs are taken."
        })
final class StreamCommand implements Callable<Integer> {

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        return options.work(new StreamExperiment());
    }
}
