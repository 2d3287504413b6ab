package io.streamclr.trainer.run;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.checkpoint.RunFolder.MoreFiles;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.feed.RememberedImages;
import io.streamclr.trainer.memory.MemoryPlan;
import io.streamclr.trainer.settings.TrainConfig;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What a run remembers, as a file in each of its checkpoints. */
final class MemoryFile {

    private static final String NAME = "memory.replay";

    private static final int BUFFER_BYTES = 1 << 16;

    private MemoryFile() {}

    /**
     * The run's memory as a checkpoint left it.
     *
     * @param checkpoint its folder; empty for a run that begins
     * @return empty for a run without a memory
     * @throws RefusalException if the checkpoint has none, or another one
     */
    static Optional<RememberedImages> read(TrainConfig config, Optional<Path> checkpoint) {
        MemoryPlan plan = config.remembering().memory();
        if (!plan.remembers()) {
            return Optional.empty();
        }
        RememberedImages replays =
                new RememberedImages(plan, config.learning().network().embedding(), config.seed());
        if (checkpoint.isPresent()) {
            Path file = checkpoint.get().resolve(NAME);
            try (DataInputStream in =
                    new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES))) {
                replays.read(in, SavedSteps.step(checkpoint.get()));
            } catch (IOException missing) {
                throw new RefusalException(
                        "The memory of run " + config.runId() + " cannot be read from " + file + " ("
                                + FileFault.of(missing) + "); resume from another checkpoint, or begin another run",
                        missing);
            }
        }
        return Optional.of(replays);
    }

    /** Writes a memory into checkpoints; nothing where there is none. */
    static MoreFiles of(Optional<RememberedImages> replays) {
        return checkpoint -> {
            if (replays.isPresent()) {
                try (DataOutputStream out = new DataOutputStream(
                        new BufferedOutputStream(Files.newOutputStream(checkpoint.resolve(NAME)), BUFFER_BYTES))) {
                    replays.get().write(out);
                }
            }
        };
    }

    /** Copies the memory of another checkpoint as it is; nothing where there is none. */
    static MoreFiles copyOf(Path other) {
        return checkpoint -> {
            Path memory = other.resolve(NAME);
            if (Files.exists(memory)) {
                Files.copy(memory, checkpoint.resolve(NAME));
            }
        };
    }
}
