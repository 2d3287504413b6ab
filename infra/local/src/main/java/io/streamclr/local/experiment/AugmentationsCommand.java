package io.streamclr.local.experiment;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code streamclr experiment augmentations}. */
@Command(
        name = "augmentations",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Compare augmentations: each alone, and in all pairs.",
            "Crop, flip, jitter, blur, cutout, rotation, solarize, 28 runs; of images in colour also greyscale and the"
                    + " two parts of jitter, appearance (brightness, contrast, saturation) and hue, 52 runs. Ends with a"
                    + " heat map of linear probe accuracy; begins with histograms of the colours of two crops of an"
                    + " image, with jitter and without, which need no training."
        })
final class AugmentationsCommand implements Callable<Integer> {

    @Option(
            names = "--operations",
            paramLabel = "NAMES",
            completionCandidates = ViewOperation.Words.class,
            description = "Only these, separated by commas: ${COMPLETION-CANDIDATES} (default: all that change the"
                    + " images).")
    private Optional<String> operations;

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        return options.work(
                new AugmentationsExperiment(),
                operations
                        .map(names -> Map.of(AugmentationsExperiment.OPERATIONS, names))
                        .orElse(Map.of()));
    }
}
