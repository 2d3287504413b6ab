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
            "What large batches and long training bring: batch sizes by lengths, with learning rates in proportion to the"
                    + " batch or to its root.",
            "At small batches also: the decoupled loss, near duplicates masked, and on few images, whose views meet in a"
                    + " batch, views of one image masked or not."
        })
final class BatchCommand implements Callable<Integer> {

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        return options.work(new BatchExperiment());
    }
}
