package io.streamclr.local.experiment;

import io.streamclr.trainer.command.Offered;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code streamclr experiment network}. */
@Command(
        name = "network",
        sortOptions = false,
        mixinStandardHelpOptions = true,
        description = {
            "Compare networks: ResNet-18, 34 and 50 with 8 to 64 channels, by linear probe, and each beside the same"
                    + " network trained with labels.",
            "The supervised ones learn the labelled images that the probe is fitted to, in as many steps. Ends with a"
                    + " chart over the number of parameters; 24 runs, most of the time for the widest: --plan-only says"
                    + " how long each takes."
        })
final class NetworkCommand implements Callable<Integer> {

    @Option(
            names = "--channels",
            paramLabel = "NUMBERS",
            description = "Channels after the first convolution, separated by commas; 64 is the ResNet of the papers"
                    + " (default: 8,16,32,64).")
    private Optional<String> channels;

    @Option(
            names = "--depths",
            paramLabel = "NUMBERS",
            completionCandidates = Offered.Depths.class,
            description = "ResNet depths of 10, 18, 34, 50, 101 and 152, separated by commas (default: 18,34,50).")
    private Optional<String> depths;

    @Mixin
    private ExperimentOptions options;

    @Override
    public Integer call() throws Exception {
        Map<String, String> own = new LinkedHashMap<>();
        channels.ifPresent(given -> own.put(NetworkExperiment.CHANNELS, given));
        depths.ifPresent(given -> own.put(NetworkExperiment.DEPTHS, given));
        return options.work(new NetworkExperiment(), own);
    }
}
