package io.streamclr.augment;

import io.streamclr.process.configuration.ConfigurableCommand;

/** Starts the augmentation process by itself. */
public final class AugmentMain {

    private AugmentMain() {}

    /** Exits with 0 when all passes are done, 1 when the job cannot go on, 2 when the command line makes no sense. */
    public static void main(String[] arguments) {
        int code = ConfigurableCommand.ofProcess(new AugmentCommand()).execute(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }
}
