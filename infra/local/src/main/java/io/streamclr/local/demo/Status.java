package io.streamclr.local.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * What a person sees while the demo works: a line for each thing that is done, and while it trains one line that moves,
 * or where no terminal is, a line every ten seconds.
 */
final class Status implements AutoCloseable {

    private static final long QUIET_SECONDS = 10;

    private final PrintStream screen;
    private final boolean terminal;
    private ProgressBar bar;
    private long saidAt;

    /**
     * @param screen where it is shown
     * @param terminal whether a line can be written over
     */
    Status(PrintStream screen, boolean terminal) {
        this.screen = screen;
        this.terminal = terminal;
    }

    /** Says that something is done, or begins. */
    void say(String what, String sentence) {
        screen.printf("%-10s %s%n", what, sentence);
    }

    /** Shows how training goes. */
    void training(Duration trained, Duration planned, String message) {
        long seconds = Math.min(trained.toSeconds(), planned.toSeconds());
        if (terminal) {
            if (bar == null) {
                bar = new ProgressBarBuilder()
                        // The library's own look at the terminal would take Ctrl-C away from the shutdown hooks.
                        .setConsumer(new ConsoleProgressBarConsumer(
                                System.err, Integer.getInteger("streamclr.columns", 100)))
                        .setTaskName("training  ")
                        .setUnit(" s", 1)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(500)
                        .setInitialMax(planned.toSeconds())
                        .hideEta()
                        .build();
            }
            bar.stepTo(seconds);
            bar.setExtraMessage(" " + message);
        } else if (seconds >= saidAt + QUIET_SECONDS || saidAt == 0) {
            saidAt = Math.max(1, seconds);
            say("training", String.format(Locale.ROOT, "%d of %d s, %s", seconds, planned.toSeconds(), message));
        }
    }

    /** Ends the moving line. */
    void trainingEnded() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }

    @Override
    public void close() {
        trainingEnded();
    }
}
