package io.streamclr.trainer.batchlog;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;

/** Names batches before they are handed out. */
public interface BatchLog extends AutoCloseable {

    /**
     * Becomes the only one who logs batches of the run. Whatever was logged before is there when this returns.
     *
     * @throws RefusalException if it cannot
     */
    void claim() throws InterruptedException;

    /**
     * Names a batch, and returns when that is safe.
     *
     * @return the offset of the entry
     * @throws RefusalException if it cannot be logged
     */
    long append(BatchManifest manifest) throws InterruptedException;

    @Override
    void close();
}
