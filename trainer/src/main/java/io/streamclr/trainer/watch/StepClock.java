package io.streamclr.trainer.watch;

import io.streamclr.trainer.watch.TrainingListener.Computing;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Says how long the step at work takes: as long as the one before, or, while there was none, what its first chunks took,
 * times the chunks it has. Worth saying is the first step, and each that lasts; at most once a second.
 */
public final class StepClock {

    /** A step that takes less is over before anybody has read that it is computed. */
    private static final double LONG_SECONDS = 3;

    private static final double BETWEEN_SECONDS = 1;

    private final LongSupplier nanos;
    private long step;
    private long began;
    private double secondsBefore = Double.NaN;
    /** The first chunk alone also pays for what happens once, such as finding out how to compute. */
    private double firstChunkSeconds;

    private int firstChunkWork;
    private int work;
    private double saidAfter;
    private boolean estimated;

    /** @param nanos the time, on a clock that only goes forwards */
    public StepClock(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** A step begins. @return what is worth saying */
    public Optional<Computing> begin(long number) {
        step = number;
        began = nanos.getAsLong();
        firstChunkWork = 0;
        work = 0;
        saidAfter = 0;
        estimated = false;
        boolean first = Double.isNaN(secondsBefore);
        return first || secondsBefore > LONG_SECONDS
                ? Optional.of(new Computing(step, 0, secondsBefore))
                : Optional.empty();
    }

    /** So much of its work is done. @return what is worth saying */
    public Optional<Computing> passed(int done, int of) {
        double seconds = seconds();
        work = of;
        if (firstChunkWork == 0) {
            firstChunkWork = done;
            firstChunkSeconds = seconds;
        }
        boolean first = Double.isNaN(secondsBefore);
        boolean lasts = first || seconds > LONG_SECONDS;
        boolean news = (first && !estimated) || seconds - saidAfter >= BETWEEN_SECONDS;
        if (!lasts || !news) {
            return Optional.empty();
        }
        saidAfter = seconds;
        estimated = true;
        return Optional.of(
                new Computing(step, (double) done / of, first ? estimate(seconds, done, of) : secondsBefore));
    }

    private double estimate(double seconds, int done, int of) {
        return done == firstChunkWork
                ? seconds / done * of
                : seconds + (seconds - firstChunkSeconds) / (done - firstChunkWork) * (of - done);
    }

    /** The step is done. @return how long it took, in seconds */
    public double end() {
        double seconds = seconds();
        boolean first = Double.isNaN(secondsBefore);
        secondsBefore = first && work > firstChunkWork
                ? Math.min(seconds, (seconds - firstChunkSeconds) * work / (work - firstChunkWork))
                : seconds;
        return seconds;
    }

    private double seconds() {
        return (nanos.getAsLong() - began) / 1e9;
    }
}
