package io.streamclr.console.probe;

import io.streamclr.console.screen.Status;
import io.streamclr.console.screen.TimeLeft;
import java.util.Optional;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Consumer;

/**
 * Says what a probe is at and about how long it still takes: in one line that moves, or where no terminal is, in a line for
 * each thing that begins.
 */
final class ProbeProgress implements AutoCloseable {

    /** In milliseconds. */
    private static final long SECOND = 1000;

    private final Consumer<String> lines;
    private final Optional<Status> screen;
    private final TimeLeft left = new TimeLeft(System::nanoTime);
    private final Timer second = new Timer("probe-progress", true);
    private String at = "";

    /**
     * @param lines is given what is to be said in a line of its own
     * @param screen where a line can move; closed with this
     */
    ProbeProgress(Consumer<String> lines, Optional<Status> screen) {
        this.lines = lines;
        this.screen = screen;
        if (screen.isPresent()) {
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
    }

    /** Work is to be done. @param seconds that it usually takes */
    synchronized void plan(Cost.Kind kind, double seconds) {
        left.plan(kind.name(), seconds);
    }

    /** Work that was planned begins. @param what in words */
    synchronized void begin(Cost.Kind kind, double seconds, String what) {
        left.begin(kind.name(), seconds);
        at = what;
        if (screen.isPresent()) {
            show();
        } else {
            lines.accept(what + ", " + left.sentence());
        }
    }

    private synchronized void show() {
        if (!at.isEmpty()) {
            screen.ifPresent(
                    status -> status.moving("probing", left.percent(), 100, " %", left.sentence() + ", " + at));
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
