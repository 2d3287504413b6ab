package io.streamclr.trainer.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.watch.HeldOut;
import io.streamclr.trainer.watch.OldData;
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
                    + " classifies each by the others, and reports accuracy per class (default: a sample of the images"
                    + " topic, for accuracy alone).")
    private Optional<Path> data;

    @Option(
            names = "--probe-every",
            paramLabel = "STEPS",
            defaultValue = "500",
            description = "Steps between kNN probes (default: ${DEFAULT-VALUE}).")
    private int every;

    @Option(
            names = "--probe-images",
            paramLabel = "N",
            defaultValue = "2500",
            description = "Images per kNN probe, 128 per step: a random sample of --probe-data, or without it of the"
                    + " images topic if its images carry labels (of that, what fits into 64 MiB). 2,500 cost 1.6 steps of 256 pairs per probe; 0"
                    + " without --probe-data: no probes (default: ${DEFAULT-VALUE}).")
    private int images;

    @Option(
            names = "--most-forgotten",
            paramLabel = "POINTS",
            defaultValue = "10",
            description = "With --probe-data: alarm if the accuracy of a class falls this many percentage points"
                    + " below its best, beyond the noise of few images; training goes on. 100 for never (default:"
                    + " ${DEFAULT-VALUE}).")
    private double mostForgotten;

    @Option(
            names = "--old-data",
            paramLabel = "PATH",
            description = "Labelled images of what the encoder knew before, such as its --weights were trained on: a"
                    + " kNN probe before the first step and every --probe-every steps, of --probe-images at most,"
                    + " reports their accuracy and how much of it is forgotten (default: none).")
    private Optional<Path> oldData;

    /** Images that show what is forgotten. */
    OldData oldData(HeldOut.Source source) {
        if (oldData.isEmpty()) {
            return OldData.NONE;
        }
        if (!Files.exists(oldData.get())) {
            throw new RefusalException("There is no " + oldData.get() + " to probe the encoder on; check --old-data");
        }
        requireSome();
        return new OldData(every, side -> source.read(oldData.get(), side, images));
    }

    /** @param imagesTopic what is probed on if no data are given */
    HeldOut plan(HeldOut.Source source, KafkaConnection kafka, String imagesTopic) {
        if (data.isEmpty()) {
            return images == 0 ? HeldOut.NONE : ofTopic(source, kafka, imagesTopic);
        }
        if (!Files.exists(data.get())) {
            throw new RefusalException("There is no " + data.get() + " to probe the encoder on; check --probe-data");
        }
        requireSome();
        return new HeldOut(
                every, mostForgotten, side -> source.read(data.get(), side, images), HeldOut.Kind.READ_WHEN_DUE);
    }

    private HeldOut ofTopic(HeldOut.Source source, KafkaConnection kafka, String imagesTopic) {
        requireSome();
        return source.ofTopic(kafka, imagesTopic, images)
                .map(sample -> HeldOut.ofTheStream(every, sample))
                .orElse(HeldOut.NONE);
    }

    private void requireSome() {
        if (every < 1 || images < 25) {
            throw RefusalException.ofUsage("The encoder cannot be probed every " + every + " steps on " + images
                    + " images; give --probe-every 1 or more and --probe-images 25 or more");
        }
    }
}
