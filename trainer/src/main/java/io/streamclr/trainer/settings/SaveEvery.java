package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import java.time.Duration;
import java.util.Objects;

/**
 * How often a run saves: after every so manyth step, after so much time, or whichever comes first.
 *
 * @param steps between checkpoints; 0 for no such rule
 * @param time since the last checkpoint; zero for no such rule
 */
public record SaveEvery(int steps, Duration time) {

    /** @throws RefusalException if neither rule is there, or one is out of its range */
    public SaveEvery {
        Objects.requireNonNull(time, "time");
        if (steps < 0 || time.isNegative() || (steps == 0 && time.isZero())) {
            throw RefusalException.ofUsage("Checkpoints cannot be saved every " + steps + " steps or "
                    + time.toSeconds() + " seconds; one of the two must be 1 or more");
        }
    }

    /** By steps alone. */
    public static SaveEvery steps(int steps) {
        return new SaveEvery(steps, Duration.ZERO);
    }

    /** As in a sentence: "every 500 steps or 10 min". */
    public String words() {
        String bySteps = steps > 0 ? steps + (steps == 1 ? " step" : " steps") : "";
        String byTime =
                time.isZero() ? "" : time.toSeconds() % 60 == 0 ? time.toMinutes() + " min" : time.toSeconds() + " s";
        return "every " + bySteps + (bySteps.isEmpty() || byTime.isEmpty() ? "" : " or ") + byTime;
    }

    /** Whether the steps alone say that one is to be saved. */
    public boolean hits(long step) {
        return steps > 0 && step % steps == 0;
    }
}
