package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.ViewShape;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Off-heap room for the pixels of a few batches, which they give back. One thread takes, any may give back. */
final class BatchBuffers {

    private final int batchPairs;
    private final BlockingQueue<ByteRows> free = new ArrayBlockingQueue<>(FeedConfig.BATCHES_IN_FLIGHT);
    private int allocated;

    BatchBuffers(int batchPairs) {
        this.batchPairs = batchPairs;
    }

    /** Room for a batch of these views; waits for it. */
    ByteRows take(ViewShape shape) throws InterruptedException {
        ByteRows room = free.poll();
        if (room != null) {
            return room;
        }
        if (allocated == FeedConfig.BATCHES_IN_FLIGHT) {
            return free.take();
        }
        allocated++;
        try {
            return ByteRows.allocate(2 * batchPairs, shape.viewBytes());
        } catch (OutOfMemoryError full) {
            long bytes = 2L * batchPairs * shape.viewBytes();
            throw new RefusalException(
                    "No memory is left for " + FeedConfig.BATCHES_IN_FLIGHT + " batches of " + (bytes >> 20)
                            + " MiB off-heap; make the batch or the block smaller, or give Java more with"
                            + " -XX:MaxDirectMemorySize",
                    full);
        }
    }

    void giveBack(ByteRows room) {
        free.add(room);
    }
}
