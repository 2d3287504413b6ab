package io.streamclr.console;

import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The one folder that everything local lies in: data sets, broker, checkpoints, logs. An option of many commands. */
public final class Home {

    /** {@code $STREAMCLR_HOME}, else {@code .streamclr} in the user's home. */
    public static final Path DEFAULT = System.getenv("STREAMCLR_HOME") != null
            ? Path.of(System.getenv("STREAMCLR_HOME"))
            : Path.of(System.getProperty("user.home"), ".streamclr");

    @Option(
            names = "--home",
            paramLabel = "DIR",
            description = "Root directory of all data: datasets, broker, checkpoints, logs (default: $STREAMCLR_HOME,"
                    + " else ~/.streamclr).")
    private Path folder = DEFAULT;

    /** As given; it need not exist. */
    public Path folder() {
        return folder.toAbsolutePath().normalize();
    }
}
