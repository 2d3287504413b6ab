package io.streamclr.trainer.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.watch.HeldOut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say on which images the encoder is probed while it learns. */
final class HeldOutOptions {

    @Option(
            names = "--probe-data",
            paramLabel = "PATH",
            description = "Labelled images that are not trained on: every --probe-every steps a kNN probe (k = 20)"
                    + " classifies each by the others, and reports accuracy per class (default: none).")
    private Optional<Path> data;

    @Option(
            names = "--probe-every",
            paramLabel = "STEPS",
            defaultValue = "500",
            description = "With --probe-data: steps between probes (default: ${DEFAULT-VALUE}).")
    private int every;

    @Option(
            names = "--probe-images",
            paramLabel = "N",
            defaultValue = "2500",
            description = "With --probe-data: maximum images, a random sample of the first 100,000, which are probed"
                    + " 128 per step after the probe starts (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(
            names = "--most-forgotten",
            paramLabel = "POINTS",
            defaultValue = "10",
            description = "With --probe-data: alarm if the accuracy of a class falls this many percentage points"
                    + " below its best, beyond the noise of few images; training goes on. 100 for never (default:"
                    + " ${DEFAULT-VALUE}).")
    private double mostForgotten;

    HeldOut plan(HeldOut.Source source) {
        if (data.isEmpty()) {
            return HeldOut.NONE;
        }
        if (!Files.exists(data.get())) {
            throw new RefusalException("There is no " + data.get() + " to probe the encoder on; check --probe-data");
        }
        if (every < 1 || images < 25) {
            throw new RefusalException("The encoder cannot be probed every " + every + " steps on " + images
                    + " images; give --probe-every 1 or more and --probe-images 25 or more");
        }
        return new HeldOut(every, mostForgotten, side -> source.read(data.get(), side, images));
    }
}
