package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import java.util.Objects;

/**
 * How fast a run learns, and for how long.
 *
 * @param rate the plan of the learning rate, without the cool-down at the end
 * @param steps where the run ends, counted from its beginning; 0 for no end
 * @param coolDownSteps how many of the last of {@code steps} the rate takes to fall to 0; 0 for none
 * @param fall the form of every cool-down
 */
public record Schedule(LearningRate rate, long steps, long coolDownSteps, Decay fall) {

    /** @throws RefusalException if the cool-down does not fit */
    public Schedule {
        Objects.requireNonNull(rate, "rate");
        Objects.requireNonNull(fall, "fall");
        if (steps < 0) {
            throw RefusalException.ofUsage(
                    "--steps is " + steps + ", but it must be 0 or more; 0 trains until it is stopped");
        }
        if (coolDownSteps < 0) {
            throw RefusalException.ofUsage("--cool-down is " + coolDownSteps + ", but it must be 0 steps or more");
        }
        if (steps > 0 && coolDownSteps >= steps) {
            throw RefusalException.ofUsage("--cool-down is " + coolDownSteps + ", which does not fit into the " + steps
                    + " steps of --steps; a tenth to a third of them is usual");
        }
    }

    /** At this rate, without end. */
    public static Schedule endless(LearningRate rate) {
        return new Schedule(rate, 0, 0, Decay.LINEAR);
    }

    /** The same rate with another end. */
    public Schedule ending(long otherSteps, long otherCoolDown, Decay form) {
        return new Schedule(rate, otherSteps, otherCoolDown, form);
    }

    /** The learning rate's plan of a run that starts afresh, with the cool-down at the end of its steps. */
    public LearningRate plan() {
        return steps > 0 && coolDownSteps > 0 ? rate.coolingDown(steps - coolDownSteps, coolDownSteps, fall) : rate;
    }
}
