package io.streamclr.trainer.watch;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/** Says how a training goes where no terminal is: of steps and of waiting a line a minute at most, which a log keeps. */
final class TrainingLines implements TrainingDisplay {

    private static final long BETWEEN_LINES = Duration.ofMinutes(1).toNanos();

    private final long steps;
    private final PrintWriter out;
    private final LongSupplier nanoClock;
    private final Map<String, Long> lastLines = new HashMap<>();

    /**
     * @param steps where the run ends; 0 if nobody knows
     * @param nanoClock a clock that does not jump, in nanoseconds
     */
    TrainingLines(long steps, PrintWriter out, LongSupplier nanoClock) {
        this.steps = steps;
        this.out = out;
        this.nanoClock = nanoClock;
    }

    @Override
    public void trained(StepReport report) {
        say(
                "training",
                String.format(
                        Locale.ROOT,
                        "step %,d%s, %s",
                        report.step(),
                        steps > 0 ? String.format(Locale.ROOT, " of %,d", steps) : "",
                        report.words()));
    }

    @Override
    public void waiting(StepReport report) {
        say("waiting", String.format(Locale.ROOT, "waiting for views after step %,d", report.step()));
    }

    @Override
    public void computing(Computing step) {
        // The first comes before anybody knows how long a step takes.
        say(Double.isNaN(step.seconds()) ? "computing" : "computing for a known time", step.words());
    }

    private void say(String what, String sentence) {
        long now = nanoClock.getAsLong();
        Long last = lastLines.get(what);
        if (last == null || now - last >= BETWEEN_LINES) {
            lastLines.put(what, now);
            out.println("train: " + sentence);
            out.flush();
        }
    }
}
