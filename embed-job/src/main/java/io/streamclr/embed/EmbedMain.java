package io.streamclr.embed;

import io.streamclr.process.configuration.ConfigurableCommand;

/** Starts the embedding process by itself. */
public final class EmbedMain {

    private EmbedMain() {}

    /** Exits with 0 when it was stopped, 1 when the job cannot go on, 2 when the command line makes no sense. */
    public static void main(String[] arguments) {
        int code = ConfigurableCommand.ofProcess(new EmbedJobCommand())
                .setCommandName("embed-job")
                .execute(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }
}
