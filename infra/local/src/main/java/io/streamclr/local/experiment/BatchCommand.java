package io.streamclr.local.experiment;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        return options.work(new BatchExperiment());
    }
}
