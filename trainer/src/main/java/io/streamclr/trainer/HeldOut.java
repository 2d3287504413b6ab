package io.streamclr.trainer;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.probe.LabelledImages;
import java.nio.file.Path;
import java.util.function.IntFunction;

/**
 * Labelled images that no batch is made of, to tell how well the encoder does while it learns.
 *
 * @param everySteps steps between two probes; 0 for none
 * @param images of a side in pixels, which is that of the views; asked for once
 */
public record HeldOut(int everySteps, IntFunction<LabelledImages> images) {

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
    }

    /** Of a trainer that stands alone, which cannot decode images. */
    public static final Source NOBODY_READS = (place, side, most) -> {
        throw new RefusalException(
                "A trainer that stands alone cannot decode the images of --probe-data; train with the"
                        + " command streamclr, or without it");
    };

    public HeldOut {
        if (everySteps < 0) {
            throw new RefusalException(
                    "The encoder cannot be probed every " + everySteps + " steps; give --probe-every 1 step or more");
        }
    }

    /** Whether a probe begins behind this step. */
    boolean isDue(long step) {
        return everySteps > 0 && step % everySteps == 0;
    }
}
