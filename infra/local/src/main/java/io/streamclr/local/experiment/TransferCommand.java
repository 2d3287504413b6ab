package io.streamclr.local.experiment;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code streamclr experiment transfer}. */
@Command(
        name = "transfer",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Compare encoders on images that they have not learned from: of two labelled data sets, an encoder of each is"
                    + " measured by linear probe and kNN on both.",
            "Beside the self-supervised encoders stand the same network trained with the labels of each, the untrained"
                    + " one, and raw pixels; 4 runs. All views have the size that suits --data."
        })
final class TransferCommand implements Callable<Integer> {

    @Option(
            names = "--other",
            paramLabel = "PATH",
            description = "The other data set: labelled images to learn from, in a form that --data takes; required"
                    + " unless --plan names it.")
    private Path other;

    @Option(
            names = "--other-test",
            paramLabel = "PATH",
            description = "Other labelled images of that data set to evaluate on.")
    private Path otherTest;

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        if (options.hasPlan()) {
            return options.work(new TransferExperiment(), Map.of());
        }
        if (other == null || otherTest == null) {
            throw TransferExperiment.withoutOther();
        }
        return options.work(
                new TransferExperiment(),
                Map.of(
                        TransferExperiment.OTHER,
                        ExperimentOptions.there(other),
                        TransferExperiment.OTHER_TEST,
                        ExperimentOptions.there(otherTest)));
    }
}
