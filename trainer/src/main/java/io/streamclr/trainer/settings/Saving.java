package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a run saves, and how often.
 *
 * @param checkpoints the folder that holds the folders of runs
 * @param every steps between checkpoints
 * @param keep checkpoints to keep
 */
public record Saving(Path checkpoints, int every, int keep) {

    /** @throws RefusalException if a number is below 1 */
    public Saving {
        Objects.requireNonNull(checkpoints, "checkpoints");
        if (every < 1 || keep < 1) {
            throw new RefusalException("Checkpoints cannot be saved every " + every + " steps and kept " + keep
                    + " deep; both must be 1 or more");
        }
    }
}
