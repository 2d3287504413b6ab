package io.streamclr.trainer.watch;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.probe.LabelledImages;
import java.util.Optional;
import java.util.function.IntFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads labelled images in a thread of its own while training goes on: no step waits for it, and it may fail. */
final class SampleReading implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SampleReading.class);

    private final Thread thread;
    private volatile LabelledImages images;
    private volatile boolean failed;
    private volatile boolean closed;

    private SampleReading(IntFunction<LabelledImages> source, int side) {
        thread = new Thread(() -> read(source, side), "sample-reading");
        thread.setDaemon(true);
    }

    /** @param side height and width of the images, in pixels */
    static SampleReading begin(IntFunction<LabelledImages> source, int side) {
        SampleReading begun = new SampleReading(source, side);
        begun.thread.start();
        return begun;
    }

    private void read(IntFunction<LabelledImages> source, int side) {
        try {
            images = source.apply(side);
        } catch (RefusalException none) {
            LOG.info("no kNN curve for now reason=\"{}\"", none.getMessage());
            failed = true;
        } catch (OutOfMemoryError full) {
            // Tried again, it would take memory from the training again.
            LOG.warn(
                    "no kNN curve, because memory is full; fewer --probe-images need less reason=\"{}\"",
                    full.getMessage());
        } catch (RuntimeException trouble) {
            if (closed) {
                return; // interrupted, because the training is over
            }
            LOG.warn("no kNN curve for now, because the images cannot be read", trouble);
            failed = true;
        }
    }

    /** What was read; empty before it is, and if there is nothing. */
    Optional<LabelledImages> images() {
        return Optional.ofNullable(images);
    }

    /** Whether it has ended without images, and may be tried again. */
    boolean hasFailed() {
        return failed;
    }

    /** Does not wait for it. */
    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
