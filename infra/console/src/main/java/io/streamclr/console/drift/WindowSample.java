package io.streamclr.console.drift;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A random sample of what arrived lately, kept while time goes on. An image can no longer get into it when so many as it
 * has arrived later with smaller keys; all others are held, which are about {@code most * (1 + ln(n / most))} of n.
 */
final class WindowSample {

    private static final Comparator<Seen> NEWEST_FIRST =
            Comparator.comparing(Seen::arrivedAt).reversed().thenComparing(Seen.BY_KEY);

    private final int most;
    private List<Seen> held = new ArrayList<>();
    private int enough;

    WindowSample(int most) {
        this.most = most;
        this.enough = 2 * most;
    }

    /** @param after where the window begins, which later calls never move back */
    void add(Seen seen, Instant after) {
        if (!seen.arrivedAt().isAfter(after)) {
            return;
        }
        held.add(seen);
        if (held.size() >= enough) {
            tidy(after);
            enough = 2 * held.size() + most;
        }
    }

    private void tidy(Instant after) {
        Foremost smallest = new Foremost(most, Seen.BY_KEY);
        List<Seen> kept = new ArrayList<>();
        for (Seen seen : inside(after).sorted(NEWEST_FIRST).toList()) {
            boolean hopeless = smallest.add(seen).equals(Optional.of(seen));
            if (!hopeless) {
                kept.add(seen);
            }
        }
        held = kept;
    }

    private Stream<Seen> inside(Instant after) {
        return held.stream().filter(seen -> seen.arrivedAt().isAfter(after));
    }

    int held() {
        return held.size();
    }

    /** Those with the smallest keys of all that arrived after that moment. */
    List<Seen> sample(Instant after) {
        return inside(after).sorted(Seen.BY_KEY).limit(most).toList();
    }
}
