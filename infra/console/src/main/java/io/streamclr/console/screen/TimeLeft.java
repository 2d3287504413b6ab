package io.streamclr.console.screen;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Guesses how long planned work still takes, by how long work of the same kind took so far; for a kind of which nothing is
 * done yet, by what it usually takes and how the other kinds compared with that. What people are shown counts down with
 * the clock and follows the guess slowly. For one thread.
 */
public final class TimeLeft {

    /** How long the shown time takes to follow the guess, in seconds. */
    private static final double FOLLOWS_IN = 15;

    private static final long ALMOST = 99;

    private final LongSupplier clock;
    private long firstBegin;
    private boolean begun;
    private final Map<String, Kind> kinds = new LinkedHashMap<>();
    private Kind current = new Kind();
    private double currentSize;
    private long currentBegin;
    private boolean known;
    private double shown = Double.NaN;
    private long shownAt;
    private long percent;

    /** Sizes are the seconds that work of a kind usually takes. */
    private static final class Kind {
        private double ahead;
        private double done;
        private double seconds;
    }

    /** @param clock of nanoseconds */
    public TimeLeft(LongSupplier clock) {
        this.clock = clock;
        this.currentBegin = clock.getAsLong();
    }

    /**
     * More work is to be done.
     *
     * @param kind in a word
     * @param usual seconds on a usual machine, above 0
     */
    public void plan(String kind, double usual) {
        kinds.computeIfAbsent(kind, unseen -> new Kind()).ahead += usual;
    }

    /** Planned work of a kind begins, and ends what began before. */
    public void begin(String kind, double usual) {
        end();
        current = kinds.computeIfAbsent(kind, unseen -> new Kind());
        current.ahead = Math.max(0, current.ahead - usual);
        currentSize = usual;
        if (!begun) {
            begun = true;
            firstBegin = currentBegin;
        }
    }

    /** What began before has ended. */
    public void end() {
        long now = clock.getAsLong();
        current.done += currentSize;
        current.seconds += (now - currentBegin) / 1e9;
        currentSize = 0;
        currentBegin = now;
        current = new Kind();
    }

    /** About the time until everything planned is done. */
    public Duration left() {
        double elsewhere =
                kinds.values().stream().mapToDouble(kind -> kind.seconds).sum();
        double usual = kinds.values().stream().mapToDouble(kind -> kind.done).sum();
        double pace = usual > 0 ? elsewhere / usual : 1;
        double spent = (clock.getAsLong() - currentBegin) / 1e9;
        double seconds = Math.max(0, currentSize * pace(current, pace) - spent);
        for (Kind kind : kinds.values()) {
            seconds += kind.ahead * pace(kind, pace);
        }
        return Duration.ofMillis((long) (1000 * seconds));
    }

    private static double pace(Kind kind, double ofOthers) {
        return kind.done > 0 ? kind.seconds / kind.done : ofOthers;
    }

    /** Whether the guess rests on how long most of the work took before, and not on what it takes elsewhere. */
    private boolean isKnown() {
        if (!known) {
            double all = currentSize;
            double measured = current.done > 0 ? currentSize : 0;
            boolean any = false;
            for (Kind kind : kinds.values()) {
                all += kind.ahead;
                measured += kind.done > 0 ? kind.ahead : 0;
                any |= kind.done > 0;
            }
            known = any && measured >= all / 2;
        }
        return known;
    }

    /** The guess without its leaps, in seconds. */
    private double steady() {
        long now = clock.getAsLong();
        double guess = left().toMillis() / 1e3;
        double passed = (now - shownAt) / 1e9;
        double counted = Math.max(0, shown - passed);
        shown = Double.isNaN(shown) ? guess : counted + (guess - counted) * -Math.expm1(-passed / FOLLOWS_IN);
        shownAt = now;
        return shown;
    }

    /** How much of the time since work began is over, 0 to 99; never less than before, and 0 while nobody knows. */
    public long percent() {
        if (!isKnown()) {
            return 0;
        }
        double spent = begun ? (clock.getAsLong() - firstBegin) / 1e9 : 0;
        double left = steady();
        if (spent + left > 0) {
            percent = Math.max(percent, Math.min(ALMOST, Math.round(100 * spent / (spent + left))));
        }
        return percent;
    }

    /** What is left, for people. */
    public String sentence() {
        if (!isKnown()) {
            return "time not known yet";
        }
        long seconds = (long) steady();
        if (seconds < 10) {
            return "some seconds left";
        }
        return seconds < 100
                ? "about " + (seconds + 2) / 5 * 5 + " s left"
                : "about " + (seconds + 30) / 60 + " min left";
    }
}
