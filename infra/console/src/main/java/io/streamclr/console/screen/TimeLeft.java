package io.streamclr.console.screen;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Guesses how long planned work still takes, by how long work of the same kind took so far; for a kind of which nothing is
 * done yet, by what it usually takes and how the other kinds compared with that. For one thread.
 */
public final class TimeLeft {

    private final LongSupplier clock;
    private final long begin;
    private final Map<String, Kind> kinds = new LinkedHashMap<>();
    private Kind current = new Kind();
    private double currentSize;
    private long currentBegin;

    /** Sizes are the seconds that work of a kind usually takes. */
    private static final class Kind {
        private double ahead;
        private double done;
        private double seconds;
    }

    /** @param clock of nanoseconds */
    public TimeLeft(LongSupplier clock) {
        this.clock = clock;
        this.begin = clock.getAsLong();
        this.currentBegin = begin;
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

    /** How much of the time is over, by that guess, 0 to 100. */
    public long percent() {
        double spent = (clock.getAsLong() - begin) / 1e9;
        double left = left().toMillis() / 1e3;
        return spent + left == 0 ? 0 : Math.round(100 * spent / (spent + left));
    }

    /** What is left, for people. */
    public String sentence() {
        long seconds = left().toSeconds();
        if (seconds < 10) {
            return "some seconds left";
        }
        return seconds < 100
                ? "about " + (seconds + 2) / 5 * 5 + " s left"
                : "about " + (seconds + 30) / 60 + " min left";
    }
}
