package io.streamclr.local.experiment;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code streamclr experiment head}. */
@Command(
        name = "head",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "What the projection head is for: none, linear and nonlinear ones of several output sizes.",
            "Features h before the head and embeddings z after it are probed for the labels, and for what was done to an"
                    + " image: how it was turned, and how much of it a crop shows."
        })
final class HeadCommand implements Callable<Integer> {

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        return options.work(new HeadExperiment());
    }
}
