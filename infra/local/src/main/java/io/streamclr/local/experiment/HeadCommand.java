package io.streamclr.local.experiment;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code streamclr experiment head}. */
@Command(
        name = "head",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Compare projection heads: none, linear and nonlinear ones of several output sizes.",
            "Features h before the head and embeddings z after it are probed for the labels, and for the augmentation:"
                    + " rotation, and crop size."
        })
final class HeadCommand implements Callable<Integer> {

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        return options.work(new HeadExperiment(), Map.of());
    }
}
