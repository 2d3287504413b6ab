package io.streamclr.schemas.topic;

import java.time.Duration;

/** How long views are kept: for as long as a trainer may be away, and until it has caught up. */
public final class ViewsRetention {

    /** As long as a trainer may be away unless somebody says otherwise. */
    public static final Duration USUAL_ABSENCE = Duration.ofHours(4);

    private ViewsRetention() {}

    /**
     * The retention that an absence needs: half as long again, in whole hours, rounded up.
     *
     * @param absence above 0; the longest that a trainer is away
     */
    public static Duration of(Duration absence) {
        if (absence.isNegative() || absence.isZero()) {
            throw new IllegalArgumentException("A trainer is away for a while, not for " + absence);
        }
        long minutes = absence.plusSeconds(59).toMinutes() * 3 / 2;
        return Duration.ofHours(Math.max(1, (minutes + 59) / 60));
    }
}
