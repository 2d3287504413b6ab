package io.streamclr.console.screen;

import io.streamclr.schemas.OneLine;
import java.io.PrintStream;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A line for each thing that is done, and while something goes on for long one line that moves, or where no terminal is,
 * a line every ten seconds. For one thread, but for {@link #say}.
 */
public final class Status implements AutoCloseable {

    private static final long QUIET_NANOS = 10_000_000_000L;

    private final PrintStream screen;
    private final boolean terminal;
    private ProgressBar bar;
    private long quietUntil;

    /**
     * @param screen where it is shown
     * @param terminal whether a line can be written over
     */
    public Status(PrintStream screen, boolean terminal) {
        this.screen = screen;
        this.terminal = terminal;
    }

    /** Says that something is done, or begins. */
    public void say(String what, String sentence) {
        screen.printf("%-10s %s%n", what, OneLine.of(sentence));
    }

    /**
     * Shows how far something is that goes on for long.
     *
     * @param what one word of ten letters at most
     * @param done of {@code planned}
     * @param unit of both, such as {@code " s"}
     */
    public void moving(String what, long done, long planned, String unit, String message) {
        long shown = Math.min(done, planned);
        if (terminal) {
            if (bar == null) {
                bar = new ProgressBarBuilder()
                        // The library's own look at the terminal would take Ctrl-C away from the shutdown hooks.
                        .setConsumer(new ConsoleProgressBarConsumer(
                                System.err, Integer.getInteger("streamclr.columns", 100)))
                        .setTaskName(String.format(Locale.ROOT, "%-10s", what))
                        .setUnit(unit, 1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(500)
                        .setInitialMax(planned)
                        .hideEta()
                        .build();
            }
            bar.stepTo(shown);
            bar.setExtraMessage(" " + message);
        } else if (quietUntil == 0 || System.nanoTime() - quietUntil > 0) {
            quietUntil = System.nanoTime() + QUIET_NANOS;
            say(what, String.format(Locale.ROOT, "%d of %d%s, %s", shown, planned, unit, message));
        }
    }

    /** Ends the moving line. */
    public void finishLine() {
        quietUntil = 0;
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public void close() {
        finishLine();
    }
}
