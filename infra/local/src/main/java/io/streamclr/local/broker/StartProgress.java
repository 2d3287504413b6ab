package io.streamclr.local.broker;

import java.time.Duration;

/**
 * Whether a broker that starts is still at it. A start takes as long as there is log to read again and others use the
 * processors, so no clock can say that it failed: only that nothing has happened for long.
 */
final class StartProgress {

    /** Of a broker's time, an idle one uses a hundredth. */
    private static final double AT_WORK = 0.03;

    private static final Duration LOOK = Duration.ofSeconds(20);

    private final Duration quietLimit;
    private long quietSince;
    private long lookedAt;
    private long logBytes;
    private Duration processor = Duration.ZERO;

    /** @param quietLimit how long nothing may happen */
    StartProgress(Duration quietLimit, long now) {
        this.quietLimit = quietLimit;
        this.quietSince = now;
        this.lookedAt = now;
    }

    /**
     * Whether it is worth waiting.
     *
     * @param now of a clock of nanoseconds that only goes on
     * @param bytes that the broker has written into its log
     * @param used processor time of the broker's process
     */
    boolean isWorthWaiting(long now, long bytes, Duration used) {
        if (bytes != logBytes) {
            quietSince = now;
        }
        if (now - lookedAt >= LOOK.toNanos()) {
            if (used.minus(processor).toNanos() >= AT_WORK * (now - lookedAt)) {
                quietSince = now;
            }
            lookedAt = now;
            processor = used;
        }
        logBytes = bytes;
        return now - quietSince < quietLimit.toNanos();
    }
}
