package io.streamclr.local.experiment;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code streamclr experiment augmentations}. */
@Command(
        name = "augmentations",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Which operations on images make good views: each alone, and each with each other one.",
            "Crop, flip, jitter (brightness and contrast), blur, cutout, rotation, solarize; 28 runs. Ends with a heat map"
                    + " of the accuracy of a linear classifier on the features."
        })
final class AugmentationsCommand implements Callable<Integer> {

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        return options.work(new AugmentationsExperiment());
    }
}
