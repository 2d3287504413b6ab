package io.streamclr.console.guard;

import io.streamclr.process.command.Terminal;
import io.streamclr.schemas.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The process that a {@link Guard} waits for. Without a guard nothing here has an effect. */
public final class Guarded {

    private static final String NOTE = "streamclr.guard.note";
    private static final int ENDED_WITH_THE_GUARD = 137;

    private Guarded() {}

    static List<String> options(Path note) {
        return List.of("-D" + NOTE + "=" + note, Terminal.option());
    }

    /** Whether this process has a guard. */
    public static boolean here() {
        return System.getProperty(NOTE) != null;
    }

    /**
     * Ends this process when its guard is killed, as if it had been killed too. The guard never writes to this pipe; its
     * end comes when the guard ends, in whatever way.
     */
    public static void begin() {
        Thread watch = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            continue;
                        }
                    } catch (IOException gone) {
                        log().debug("the guard is gone reason={}", FileFault.of(gone));
                    }
                    Runtime.getRuntime().halt(ENDED_WITH_THE_GUARD);
                },
                "guard-watch");
        watch.setDaemon(true);
        watch.start();
    }

    /** Informs the guard in which run's folder checkpoints are from now on. */
    public static void saves(Path run) {
        if (!here()) {
            return;
        }
        try {
            Files.writeString(Path.of(System.getProperty(NOTE)), run.toString());
        } catch (IOException unwritable) {
            // Then the guard cannot name it; the work does not depend on that.
            log().info("guard does not know where checkpoints are reason={}", FileFault.of(unwritable));
        }
    }

    static Optional<Path> noted(Path note) {
        try {
            return Optional.of(Path.of(Files.readString(note)));
        } catch (IOException nothingNoted) {
            return Optional.empty();
        }
    }

    /** Not made with the class: the guard uses it too, and writes no log. */
    private static Logger log() {
        return LoggerFactory.getLogger(Guarded.class);
    }
}
