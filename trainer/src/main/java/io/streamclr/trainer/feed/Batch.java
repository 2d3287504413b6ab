package io.streamclr.trainer.feed;

import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.trainer.batchlog.LoggedBatch;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.views.Rows;
import io.streamclr.trainer.views.ViewShape;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** View pairs that train one step. Its pixels are valid until it is closed; whoever makes it has room for few. */
public final class Batch implements AutoCloseable {

    private final LoggedBatch entry;
    private final int[] images;
    private final long[] arrivedAt;
    private final Optional<long[]> pictureHashes;
    private final ViewShape shape;
    private final ByteRows views;
    private final Consumer<ByteRows> giveBack;
    private final AtomicBoolean closed = new AtomicBoolean();

    /**
     * @param entry in which it was logged
     * @param rows full; what they know of the pairs is the batch's from now on
     * @param views 2N rows of (height, width, 3) bytes
     * @param giveBack takes them when the batch is closed
     */
    Batch(LoggedBatch entry, Rows rows, ViewShape shape, ByteRows views, Consumer<ByteRows> giveBack) {
        this.entry = entry;
        this.images = rows.images();
        this.arrivedAt = rows.arrivedAt();
        this.pictureHashes = rows.pictureHashes();
        this.shape = shape;
        this.views = views;
        this.giveBack = giveBack;
    }

    /** The step that it trains, 1 for the first of the run. */
    public long step() {
        return entry.step();
    }

    /** N, the number of images. */
    public int pairs() {
        return images.length;
    }

    /** How many of the pairs come from memory; they are the last ones. */
    public int replayed() {
        return entry.manifest().getReplayed().size();
    }

    /** Of each view, in pixels. */
    public int height() {
        return shape.height();
    }

    /** Of each view, in pixels. */
    public int width() {
        return shape.width();
    }

    /**
     * The views, 2N rows of (height, width, 3), one unsigned byte a channel (RGB): rows 0 to N - 1 are the first views, rows N
     * to 2N - 1 the second views of the same images in the same order.
     *
     * @return shared with this batch; not to be written to
     * @throws IllegalStateException if the batch is closed
     */
    public ByteRows views() {
        if (closed.get()) {
            throw new IllegalStateException("The batch of step " + step() + " is closed, its pixels belong to another");
        }
        return views;
    }

    /** For each pair a number that equals another pair's exactly if both show the same image; length N, a copy. */
    public int[] images() {
        return images.clone();
    }

    /**
     * For each pair, when its image arrived in the topic of images, in milliseconds since 1970; negative where nobody knows;
     * length N, a copy.
     */
    public long[] arrivedAt() {
        return arrivedAt.clone();
    }

    /**
     * For each pair, what its picture looks like ({@link io.streamclr.schemas.identity.PictureHash}), 0 where it is too
     * plain; length N, a copy. Empty if the recipe did not ask for it.
     */
    public Optional<long[]> pictureHashes() {
        return pictureHashes.map(long[]::clone);
    }

    /** The entry that names this batch; it is in the topic of batches already. */
    public BatchManifest manifest() {
        return entry.manifest();
    }

    /** Offset of that entry in the topic of batches. */
    public long manifestOffset() {
        return entry.offset();
    }

    /** Fingerprint of the recipe of all views. */
    public String recipe() {
        return entry.manifest().getRecipe();
    }

    /** Gives the pixels back; a second time does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            giveBack.accept(views);
        }
    }
}
