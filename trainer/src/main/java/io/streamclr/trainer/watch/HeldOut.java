package io.streamclr.trainer.watch;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.trainer.probe.LabelledImages;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Labelled images to measure on how well the encoder does while it learns: such as no batch is made of, or a sample of the
 * stream itself, whose labels no batch has.
 *
 * @param everySteps steps between two probes; 0 for none
 * @param mostForgotten percentage points that a class may fall under its best before the alarm is raised, 0 to 100
 * @param images of a side in pixels, which is that of the views; asked for once, of the
 *     stream in a thread of its own
 * @param kind where they come from
 */
public record HeldOut(int everySteps, double mostForgotten, IntFunction<LabelledImages> images, Kind kind) {

    /** Where the images come from, which says when they are first probed and what is reported of them. */
    public enum Kind {
        /** From elsewhere; they are read when a probe is due. */
        READ_WHEN_DUE,
        /** From elsewhere, and in memory already; they are probed from the first step on. */
        AT_HAND,
        /** Trained on too: they are probed as soon as they are read, raise no alarm, and may be missing. */
        OF_THE_STREAM
    }

    /** What a class may fall if nobody says otherwise, in percentage points. */
    public static final double USUALLY_FORGOTTEN = 10;

    /** No class falls so far. */
    public static final double NEVER_FORGOTTEN = 100;

    /** No probes. */
    public static final HeldOut NONE = new HeldOut(0, side -> {
        throw new IllegalStateException("Nobody probes");
    });

    /** Reads images, which the trainer cannot: it knows view pairs alone. */
    @FunctionalInterface
    public interface Source {

        /**
         * @param place images with labels
         * @param side height and width to bring them to, in pixels
         * @param most images to read
         * @throws RefusalException if there are none, or they have no labels
         */
        LabelledImages read(Path place, int side, int most);

        /**
         * What reads a sample of the images that the run trains on, for images of a side in pixels; it refuses where they
         * have no labels. Empty if this source reads no topics.
         *
         * @param most images to read
         */
        default Optional<IntFunction<LabelledImages>> ofTopic(KafkaConnection kafka, String imagesTopic, int most) {
            return Optional.empty();
        }
    }

    /** Of a trainer that stands alone, which cannot decode images. */
    public static final Source NOBODY_READS = (place, side, most) -> {
        throw new RefusalException(
                "A trainer that stands alone cannot decode the images of --probe-data and --old-data;"
                        + " train with the command streamclr, or without them");
    };

    /** Images to probe on, with the usual alarm. */
    public HeldOut(int everySteps, IntFunction<LabelledImages> images) {
        this(everySteps, USUALLY_FORGOTTEN, images, Kind.READ_WHEN_DUE);
    }

    /** A sample of what is trained on. */
    public static HeldOut ofTheStream(int everySteps, IntFunction<LabelledImages> images) {
        return new HeldOut(everySteps, NEVER_FORGOTTEN, images, Kind.OF_THE_STREAM);
    }

    public HeldOut {
        if (everySteps < 0) {
            throw RefusalException.ofUsage(
                    "The encoder cannot be probed every " + everySteps + " steps; give --probe-every 1 step or more");
        }
        if (!(mostForgotten >= 0 && mostForgotten <= 100)) {
            throw RefusalException.ofUsage("A class cannot fall by " + mostForgotten
                    + " percentage points before the alarm; give --most-forgotten 0 to 100, which is never");
        }
    }

    /** Whether the images are trained on too. */
    boolean areOfTheStream() {
        return kind == Kind.OF_THE_STREAM;
    }

    /** Whether a probe begins after this step. */
    boolean isDue(long step) {
        return everySteps > 0 && step % everySteps == 0;
    }
}
