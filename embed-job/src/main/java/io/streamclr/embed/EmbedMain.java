package io.streamclr.embed;

import io.streamclr.process.command.OtherNames;
import io.streamclr.process.configuration.ConfigurableCommand;
import io.streamclr.schemas.RefusalException;

/** Starts the embedding process by itself. */
public final class EmbedMain {

    private EmbedMain() {}

    /** Exits with 0 when it was stopped, 1 when the job cannot go on, 2 when the command line makes no sense. */
    public static void main(String[] arguments) {
        ConfigurableCommand command = new ConfigurableCommand(new EmbedJobCommand());
        OtherNames.addTo(command);
        int code = command.configurable()
                .setCommandName("embed-job")
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    if (failure instanceof RefusalException refusal) {
                        commandLine.getErr().println(ConfigurableCommand.attributed(commandLine, failure.getMessage()));
                        return refusal.exitCode();
                    }
                    throw failure;
                })
                .execute(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }
}
