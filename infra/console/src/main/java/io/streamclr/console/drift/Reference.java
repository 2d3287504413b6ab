package io.streamclr.console.drift;

import java.util.List;
import java.util.Optional;

/**
 * What the window is compared with: images of a stretch of time, or the first that there were. An encoder that embedded
 * nothing of that stretch has its first as its reference.
 */
final class Reference {

    private final Optional<TimeRange> range;
    private final int most;
    private final Foremost ofRange;
    private Foremost first;

    Reference(Optional<TimeRange> range, int most) {
        this.range = range;
        this.most = most;
        this.ofRange = new Foremost(most, Seen.BY_KEY);
        this.first = new Foremost(most, Seen.BY_ARRIVAL);
    }

    /** Adds one, and gives back those that are none of its images: no image is compared with itself. */
    List<Seen> add(Seen seen) {
        if (range.isPresent() && range.get().contains(seen.arrivedAt())) {
            ofRange.add(seen);
            List<Seen> released = first.inOrder();
            first = new Foremost(most, Seen.BY_ARRIVAL);
            return released;
        }
        return isOfRange() ? List.of(seen) : first.add(seen).stream().toList();
    }

    /** Whether these are images of the stretch of time that somebody named. */
    boolean isOfRange() {
        return !ofRange.isEmpty();
    }

    List<Seen> sample() {
        return isOfRange() ? ofRange.inOrder() : first.inOrder();
    }
}
