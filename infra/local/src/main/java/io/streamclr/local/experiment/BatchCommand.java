package io.streamclr.local.experiment;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code streamclr experiment batch}. */
@Command(
        name = "batch",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Compare batch sizes and training lengths, with linear and square root learning rate scaling.",
            "At small batches also: the decoupled loss; near duplicates masked; and, on few images, so that one is in"
                    + " a batch more than once, views of the same image masked or not."
        })
final class BatchCommand implements Callable<Integer> {

    @Option(
            names = "--passes",
            paramLabel = "NUMBERS",
            description = "Instead, batch sizes 32 to 512 by these lengths in passes (epochs) over the images, with"
                    + " square root scaling, such as 5,10,20,40; --budget-pairs does not count then.")
    private Optional<String> passes;

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        return options.work(
                new BatchExperiment(),
                passes.map(lengths -> Map.of(BatchExperiment.PASSES, lengths)).orElse(Map.of()));
    }
}
