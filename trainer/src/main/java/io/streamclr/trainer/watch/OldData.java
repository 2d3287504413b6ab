package io.streamclr.trainer.watch;

import io.streamclr.trainer.probe.LabelledImages;
import java.util.function.IntFunction;

/**
 * Labelled images of what an encoder knew before a run, to measure how much of that it forgets.
 *
 * @param everySteps steps between two probes; 0 for none
 * @param images of a side in pixels, which is that of the views; asked for once
 */
public record OldData(int everySteps, IntFunction<LabelledImages> images) {

    /** No probes. */
    public static final OldData NONE = new OldData(0, side -> {
        throw new IllegalStateException("Nobody probes");
    });

    boolean isWatched() {
        return everySteps > 0;
    }

    /** Whether a probe begins after this step. */
    boolean isDue(long step) {
        return isWatched() && step % everySteps == 0;
    }
}
