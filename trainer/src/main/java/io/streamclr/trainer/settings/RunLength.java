package io.streamclr.trainer.settings;

/**
 * How long a run is to be.
 *
 * @param steps where it ends, counted from its beginning; 0 for no end
 * @param warmUp steps in which the learning rate rises from 0
 * @param coolDown the last of its steps, in which the rate falls to 0
 */
public record RunLength(long steps, long warmUp, long coolDown) {

    /** So many steps at one rate; 0 for no end. */
    public static RunLength of(long steps) {
        return new RunLength(steps, 0, 0);
    }

    public RunLength warmingUp(long some) {
        return new RunLength(steps, some, coolDown);
    }

    public RunLength coolingDown(long some) {
        return new RunLength(steps, warmUp, some);
    }
}
