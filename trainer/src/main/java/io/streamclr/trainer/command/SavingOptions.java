package io.streamclr.trainer.command;

import io.streamclr.process.command.PlaceConverter;
import io.streamclr.trainer.settings.SaveEvery;
import io.streamclr.trainer.settings.Saving;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say where checkpoints are, how often one is saved, and how many are kept. */
final class SavingOptions {

    @Option(
            names = "--checkpoints",
            paramLabel = "DIR",
            defaultValue = "checkpoints",
            converter = PlaceConverter.class,
            description = "Root directory of all runs, or a URI such as s3://BUCKET/DIR if STREAMCLR_CLASSPATH has a"
                    + " provider for it (default: ${DEFAULT-VALUE}).")
    private Path checkpoints;

    @Option(
            names = "--save-every",
            paramLabel = "EVERY",
            converter = SaveEveryConverter.class,
            description = "How often to save a checkpoint: steps (500), a time (30s, 10m, 2h), or whichever comes first"
                    + " (500,10m). By time, the first is saved after a minute (default: 500,10m).")
    private Optional<SaveEvery> saveEvery;

    @Option(
            names = "--keep",
            paramLabel = "N",
            defaultValue = "3",
            description = "Checkpoints to keep; older ones are deleted (default: ${DEFAULT-VALUE}).")
    private int keep;

    /** The root directory of all runs. */
    Path root() {
        return checkpoints;
    }

    /** @param usual where no option says how often */
    Saving saving(SaveEvery usual) {
        return new Saving(checkpoints, saveEvery.orElse(usual), keep);
    }
}
