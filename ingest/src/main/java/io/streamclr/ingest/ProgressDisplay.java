package io.streamclr.ingest;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how a run goes: a bar that moves on a terminal, a line every ten seconds elsewhere. */
final class ProgressDisplay implements IngestListener, AutoCloseable {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private final PrintWriter err;
    private final boolean terminal;
    /** The bar of the present task; null before the first and away from a terminal. */
    private ProgressBar bar;

    private String task = "";
    private long lastLine = System.nanoTime();

    private ProgressDisplay(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    static ProgressDisplay on(PrintWriter err, boolean terminal) {
        return new ProgressDisplay(err, terminal);
    }

    @Override
    public void readingTopic(long read, long total) {
        show("Reading what is there", read, total, "");
    }

    @Override
    public void sending(IngestReport soFar) {
        String more = soFar.alreadyThere() + soFar.duplicates() + soFar.unreadable() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        " (%,d already there, %,d duplicates, %,d unreadable)",
                        soFar.alreadyThere(),
                        soFar.duplicates(),
                        soFar.unreadable());
        show("Sending", soFar.sent(), -1, more);
    }

    /** @param total -1 where nobody knows */
    private void show(String what, long done, long total, String more) {
        if (terminal) {
            if (!task.equals(what)) {
                close();
                bar = new ProgressBarBuilder()
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
        } else if (System.nanoTime() - lastLine > BETWEEN_LINES.toNanos()) {
            lastLine = System.nanoTime();
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
