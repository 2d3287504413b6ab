package io.streamclr.ingest;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how a run goes: a bar that moves on a terminal, a line every ten seconds elsewhere. */
final class ProgressDisplay implements IngestListener, AutoCloseable {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final PrintWriter err;
    private final boolean terminal;
    private final LongSupplier nanoClock;
    /** The bar of the present task; null before the first and away from a terminal. */
    private ProgressBar bar;

    private String task = "";
    private long lastLine;

    private ProgressDisplay(PrintWriter err, boolean terminal, LongSupplier nanoClock) {
        this.err = err;
        this.terminal = terminal;
        this.nanoClock = nanoClock;
        this.lastLine = nanoClock.getAsLong();
    }

    /** A bar on the standard error of a terminal. */
    static ProgressDisplay bar() {
        return new ProgressDisplay(new PrintWriter(System.err, true, StandardCharsets.UTF_8), true, System::nanoTime);
    }

    /** @param nanoClock a clock that does not jump, in nanoseconds */
    static ProgressDisplay lines(PrintWriter err, LongSupplier nanoClock) {
        return new ProgressDisplay(err, false, nanoClock);
    }

    @Override
    public void readingTopic(long read, long total) {
        show("Reading what is there", read, total, "");
    }

    @Override
    public void sending(IngestReport soFar) {
        StringBuilder more = new StringBuilder();
        soFar.remaining()
                .ifPresent(left -> more.append(
                        String.format(Locale.ROOT, ", %.0f %%, %s left", 100 * soFar.share(), inWords(left))));
        if (soFar.alreadyThere() + soFar.duplicates() + soFar.nearDuplicates() + soFar.unreadable() > 0) {
            more.append(String.format(
                    Locale.ROOT,
                    " (%,d already there, %,d duplicates, %,d near duplicates, %,d unreadable)",
                    soFar.alreadyThere(),
                    soFar.duplicates(),
                    soFar.nearDuplicates(),
                    soFar.unreadable()));
        }
        if (!terminal) { // a bar shows its own
            more.insert(0, String.format(Locale.ROOT, ", %,.0f a second", soFar.imagesPerSecond()));
        }
        show("Sending", soFar.sent(), -1, more.toString());
    }

    @Override
    public void note(String sentence) {
        close();
        task = "";
        err.println("note: " + sentence);
        err.flush();
    }

    /** Rounded up, so that it does not say 0 while something is left. */
    private static String inWords(Duration left) {
        long seconds = left.toSeconds() + 1;
        return seconds < 120
                ? seconds + " s"
                : seconds < 7200 ? (seconds + 59) / 60 + " min" : (seconds + 3599) / 3600 + " h";
    }

    /** @param total -1 where nobody knows */
    private void show(String what, long done, long total, String more) {
        if (terminal) {
            if (!task.equals(what)) {
                close();
                bar = new ProgressBarBuilder()
                        // The library's own look at the terminal would take Ctrl-C away from the shutdown hooks.
                        .setConsumer(new ConsoleProgressBarConsumer(
                                System.err, Integer.getInteger("streamclr.columns", 100)))
                        .setTaskName(what)
                        .setUnit(" images", 1)
                        .setInitialMax(total)
                        .setStyle(ProgressBarStyle.ASCII)
                        .setUpdateIntervalMillis(250)
                        .showSpeed()
                        .build();
            }
            bar.stepTo(done);
            bar.setExtraMessage(more);
        } else if (nanoClock.getAsLong() - lastLine >= BETWEEN_LINES.toNanos()) {
            lastLine = nanoClock.getAsLong();
            err.println(String.format(Locale.ROOT, "%s: %,d images%s", what, done, more));
            err.flush();
        }
        task = what;
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            bar = null;
        }
    }
}
