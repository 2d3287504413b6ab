package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where a run saves, and how often.
 *
 * @param checkpoints the folder that holds the folders of runs
 * @param every how often
 * @param keep checkpoints to keep
 */
public record Saving(Path checkpoints, SaveEvery every, int keep) {

    /** @throws RefusalException if {@code keep} is below 1 */
    public Saving {
        Objects.requireNonNull(checkpoints, "checkpoints");
        Objects.requireNonNull(every, "every");
        if (keep < 1) {
            throw RefusalException.ofUsage(keep + " checkpoints cannot be kept; keep 1 or more");
        }
    }

    /** By steps alone. @param every steps between checkpoints, 1 or more */
    public Saving(Path checkpoints, int every, int keep) {
        this(checkpoints, SaveEvery.steps(every), keep);
    }
}
