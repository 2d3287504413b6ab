package io.streamclr.trainer.run;

import io.streamclr.trainer.settings.SaveEvery;
import java.time.Duration;
import java.util.function.LongSupplier;

/** Says after which steps a run saves. Has no clock of its own. */
final class SaveClock {

    /** A run that saves by time saves for the first time after this, so that soon there is something to lose no more. */
    static final Duration FIRST = Duration.ofMinutes(1);

    private final SaveEvery every;
    private final LongSupplier nanos;
    private boolean nothingSaved;
    private long since;

    /**
     * Begins to count.
     *
     * @param nanos the time, on a clock that only goes forwards
     * @param nothingSaved whether the run has no checkpoint yet
     */
    SaveClock(SaveEvery every, LongSupplier nanos, boolean nothingSaved) {
        this.every = every;
        this.nanos = nanos;
        this.nothingSaved = nothingSaved;
        this.since = nanos.getAsLong();
    }

    /** Whether the run is to be saved after this step, which is done. */
    boolean isDue(long step) {
        return every.hits(step)
                || (!every.time().isZero()
                        && nanos.getAsLong() - since >= patience().toNanos());
    }

    private Duration patience() {
        return nothingSaved && FIRST.compareTo(every.time()) < 0 ? FIRST : every.time();
    }

    /** The run is saved. */
    void saved() {
        nothingSaved = false;
        since = nanos.getAsLong();
    }
}
