package io.streamclr.console.probe;

import io.streamclr.console.screen.Status;
import io.streamclr.console.screen.TimeLeft;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Consumer;

/**
 * Says what a probe is at and about how long it still takes: in one line that moves, or where no terminal is, in a line at
 * the beginning and one for each quarter of the time.
 */
final class ProbeProgress implements AutoCloseable {

    /** In milliseconds. */
    private static final long SECOND = 1000;

    /** In per cent. */
    private static final int QUARTER = 25;

    private final Consumer<String> lines;
    private final Optional<Status> screen;
    private final TimeLeft left = new TimeLeft(System::nanoTime);
    private final Timer second = new Timer("probe-progress", true);
    private String at = "";
    private long nextLine;

    /**
     * @param lines is given what is to be said in a line of its own
     * @param screen where a line can move; closed with this
     */
    ProbeProgress(Consumer<String> lines, Optional<Status> screen) {
        this.lines = lines;
        this.screen = screen;
        second.schedule(
                new TimerTask() {
                    @Override
                    public void run() {
                        show();
                    }
                },
                SECOND,
                SECOND);
    }

    /** Work is to be done. @param seconds that it usually takes */
    synchronized void plan(Cost.Kind kind, double seconds) {
        left.plan(kind.name(), seconds);
    }

    /** Work that was planned begins. @param what in words */
    synchronized void begin(Cost.Kind kind, double seconds, String what) {
        left.begin(kind.name(), seconds);
        at = what;
        show();
    }

    private synchronized void show() {
        if (at.isEmpty()) {
            return;
        }
        long percent = left.percent();
        if (screen.isPresent()) {
            screen.get().moving("probing", percent, 100, " %", left.sentence() + ", " + at);
        } else if (percent >= nextLine) {
            lines.accept("probing: " + percent + " % done, " + left.sentence() + ", " + at);
            nextLine = (percent / QUARTER + 1) * QUARTER;
        }
    }

    /** Everything that was planned is done. */
    synchronized void end() {
        left.end();
        at = "";
        screen.ifPresent(Status::finishLine);
    }

    /** Says something in a line of its own. */
    synchronized void say(String line) {
        screen.ifPresent(Status::finishLine);
        lines.accept(line);
    }

    @Override
    public void close() {
        second.cancel();
        synchronized (this) {
            at = "";
            screen.ifPresent(Status::close);
        }
    }
}
