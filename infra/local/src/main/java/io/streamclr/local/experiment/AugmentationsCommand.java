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
            "Compare augmentations: each alone, and in all pairs.",
            "Crop, flip, jitter (brightness and contrast), blur, cutout, rotation, solarize; 28 runs. Ends with a heat"
                    + " map of linear probe accuracy."
        })
final class AugmentationsCommand implements Callable<Integer> {

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        return options.work(new AugmentationsExperiment());
    }
}
