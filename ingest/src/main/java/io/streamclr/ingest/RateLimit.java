package io.streamclr.ingest;

import java.time.Duration;

/**
 * Spreads events evenly over time. What a sleep takes too long is made up for; what a slow source or broker took is not,
 * so there are no bursts. For one thread.
 */
final class RateLimit {

    private static final double MOST_NANOS_MADE_UP = 50e6;

    private final double nanosApart;
    /** When the event that comes next is due, on the caller's clock; not a number before the first. */
    private double due = Double.NaN;

    /** @param perSecond above 0; infinite for no waiting at all */
    RateLimit(double perSecond) {
        nanosApart = 1e9 / perSecond;
    }

    /**
     * How long to wait before the next event.
     *
     * @param nanoTime when an event has just happened, on any clock that does not jump
     */
    Duration delayAfter(long nanoTime) {
        if (Double.isNaN(due) || nanoTime - due > MOST_NANOS_MADE_UP) {
            due = nanoTime;
        }
        due += nanosApart;
        return Duration.ofNanos(Math.max(0, (long) (due - nanoTime)));
    }
}
