package io.streamclr.trainer.batchlog;

import io.streamclr.schemas.record.BatchManifest;

/**
 * An entry of the topic of batches.
 *
 * @param offset in the topic
 */
public record LoggedBatch(BatchManifest manifest, long offset) {

    /** The step that it names, 1 for the first of a run. */
    public long step() {
        return manifest.getStep();
    }
}
