package io.streamclr.local.experiment;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code streamclr experiment loss}. */
@Command(
        name = "loss",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Compare losses: NT-Xent at temperatures 0.05, 0.1, 0.5 and 1; and, at 0.1 and 0.5, the decoupled, debiased"
                    + " and hard-negative loss, false-negative elimination, and near duplicates masked; 14 runs.",
            "By linear probe and kNN on h, and by contrastive accuracy: how often a view of a test image finds the"
                    + " other one by z, among those of 1,000 images."
        })
final class LossCommand implements Callable<Integer> {

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        return options.work(new LossExperiment(), Map.of());
    }
}
