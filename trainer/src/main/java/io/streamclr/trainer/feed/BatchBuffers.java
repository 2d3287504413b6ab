package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.ViewShape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Off-heap room for the pixels of a few batches, which they give back. One thread takes, any may give back. */
final class BatchBuffers {

    private final int batchPairs;
    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(FeedConfig.BATCHES_IN_FLIGHT);
    private int allocated;

    BatchBuffers(int batchPairs) {
        this.batchPairs = batchPairs;
    }

    /** Room for a batch of these views; waits for it. */
    ByteBuffer take(ViewShape shape) throws InterruptedException {
        ByteBuffer room = free.poll();
        if (room != null) {
            return room;
        }
        if (allocated == FeedConfig.BATCHES_IN_FLIGHT) {
            return free.take();
        }
        long bytes = BlockCutter.pixelBytes(batchPairs, shape);
        if (bytes > Integer.MAX_VALUE) {
            throw new RefusalException("A batch of " + batchPairs + " pairs of " + shape.height() + "x" + shape.width()
                    + " pixels takes " + (bytes >> 20) + " MiB, and 2047 MiB are the most; make it smaller");
        }
        allocated++;
        try {
            return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
        } catch (OutOfMemoryError full) {
            throw new RefusalException(
                    "No memory is left for " + FeedConfig.BATCHES_IN_FLIGHT + " batches of " + (bytes >> 20)
                            + " MiB off-heap; make the batch or the block smaller, or give Java more with"
                            + " -XX:MaxDirectMemorySize",
                    full);
        }
    }

    void giveBack(ByteBuffer room) {
        free.add(room);
    }
}
