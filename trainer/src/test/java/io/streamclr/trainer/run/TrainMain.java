package io.streamclr.trainer.run;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.command.TrainCommand;
import picocli.CommandLine;

/** The training process by itself, without what the command line furnishes it with. */
public final class TrainMain {

    private TrainMain() {}

    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command as this process and its tests run it: a refusal is one sentence and its exit code, usually 1. */
    public static CommandLine commandLine() {
        return commandLine(new TrainCommand());
    }

    static CommandLine commandLine(TrainCommand train) {
        CommandLine command = new CommandLine(train);
        command.setCaseInsensitiveEnumValuesAllowed(true);
        CommandLine.IExecutionExceptionHandler defect = command.getExecutionExceptionHandler();
        command.setExecutionExceptionHandler((exception, line, parsed) -> {
            if (exception instanceof RefusalException refusal) {
                line.getErr().println(refusal.getMessage());
                return refusal.exitCode();
            }
            return defect.handleExecutionException(exception, line, parsed);
        });
        return command;
    }
}
