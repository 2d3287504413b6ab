package io.streamclr.ingest;

import io.streamclr.process.configuration.ConfigurableCommand;
import picocli.CommandLine;

/** Ingest as a process of its own: sends what it finds or, by its command {@code receive}, what others post to it. */
public final class IngestMain {

    private IngestMain() {}

    /** Exits with 0 when everything is sent, 1 when it is not, 2 when the command line makes no sense. */
    public static void main(String[] args) {
        System.exit(commandLine().execute(args));
    }

    static CommandLine commandLine() {
        return ConfigurableCommand.ofProcess(new IngestCommand(), new ReceiveCommand());
    }
}
