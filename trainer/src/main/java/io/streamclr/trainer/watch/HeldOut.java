package io.streamclr.trainer.watch;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.probe.LabelledImages;
import java.nio.file.Path;
import java.util.function.IntFunction;

/**
 * Labelled images that no batch is made of, to measure how well the encoder does while it learns.
 *
 * @param everySteps steps between two probes; 0 for none
 * @param mostForgotten percentage points that a class may fall under its best before the alarm is raised, 0 to 100
 * @param images of a side in pixels, which is that of the views; asked for once
 */
public record HeldOut(int everySteps, double mostForgotten, IntFunction<LabelledImages> images) {

    /** What a class may fall if nobody says otherwise, in percentage points. */
    public static final double USUALLY_FORGOTTEN = 10;

    /** No probes. */
    public static final HeldOut NONE = new HeldOut(0, USUALLY_FORGOTTEN, side -> {
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
    }

    /** Of a trainer that stands alone, which cannot decode images. */
    public static final Source NOBODY_READS = (place, side, most) -> {
        throw new RefusalException(
                "A trainer that stands alone cannot decode the images of --probe-data; train with the"
                        + " command streamclr, or without it");
    };

    /** Images to probe on, with the usual alarm. */
    public HeldOut(int everySteps, IntFunction<LabelledImages> images) {
        this(everySteps, USUALLY_FORGOTTEN, images);
    }

    public HeldOut {
        if (everySteps < 0) {
            throw new RefusalException(
                    "The encoder cannot be probed every " + everySteps + " steps; give --probe-every 1 step or more");
        }
        if (!(mostForgotten >= 0 && mostForgotten <= 100)) {
            throw new RefusalException("A class cannot fall by " + mostForgotten
                    + " percentage points before the alarm; give --most-forgotten 0 to 100, which is never");
        }
    }

    /** Whether a probe begins after this step. */
    boolean isDue(long step) {
        return everySteps > 0 && step % everySteps == 0;
    }
}
