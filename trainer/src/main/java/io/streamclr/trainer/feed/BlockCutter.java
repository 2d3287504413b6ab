package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.RecordRange;
import java.nio.ByteBuffer;
import java.util.List;

/** Cuts one block into batches and says how each is named. Pure: the same block gives the same batches. */
final class BlockCutter {

    private final FeedConfig config;
    private final Block block;
    private final long shuffleSeed;
    private final ShuffledBlock shuffled;

    /**
     * A batch that is cut and not yet named.
     *
     * @param images for each pair, the place of the first pair of the same image; owned by the batch
     * @param arrivedAt for each pair, when its image arrived, in milliseconds since 1970, negative where nobody knows;
     *     owned by the batch
     */
    record Cut(BatchManifest manifest, int[] images, long[] arrivedAt) {}

    BlockCutter(FeedConfig config, Block block) {
        this.config = config;
        this.block = block;
        shuffleSeed = Shuffle.seed(config.seed(), block.number());
        shuffled = new ShuffledBlock(block, shuffleSeed);
    }

    /** The step that batch {@code index} of the block trains. */
    long step(int index) {
        return block.number() * config.blockBatches() + index + 1;
    }

    /** Bytes of the pixels of one batch, more than a buffer holds where that is so. */
    static long pixelBytes(int batchPairs, ViewShape shape) {
        return 2L * batchPairs * shape.viewBytes();
    }

    /**
     * Cuts batch {@code index}, from 0.
     *
     * @param pixels is filled with (2N, height, width, 3) bytes: first views in rows 0 to N - 1, then second views
     */
    Cut cut(int index, ByteBuffer pixels) {
        int from = index * config.batchPairs();
        int to = from + config.batchPairs();
        ShuffledBlock.Cut cut = shuffled.cut(from, to, pixels);
        BatchManifest manifest = new BatchManifest(
                config.runId(),
                step(index),
                recordRanges(),
                shuffleSeed,
                from,
                to,
                cut.digest(),
                block.shape().recipe(),
                block.shape().recipeText());
        return new Cut(manifest, cut.images(), cut.arrivedAt());
    }

    private List<RecordRange> recordRanges() {
        return block.ranges().stream()
                .map(range -> new RecordRange(
                        range.partition(), range.firstOffset(), range.lastOffset(), range.records(), range.origins()))
                .toList();
    }

    /**
     * Where the feed stands behind batch {@code index}.
     *
     * @param namedUntil offset behind the batch's entry in the topic of batches
     */
    FeedPosition position(int index, long namedUntil) {
        boolean blockDone = index == config.blockBatches() - 1;
        ViewShape shape = block.shape();
        return new FeedPosition(
                config.runId(),
                config.seed(),
                config.batchPairs(),
                config.blockBatches(),
                step(index) + 1,
                namedUntil,
                shape.recipe(),
                shape.recipeText(),
                shape.height(),
                shape.width(),
                blockDone ? block.after() : block.before(),
                blockDone ? List.of() : block.ranges());
    }

    /**
     * Holds a batch that is made again against its entry. The digest is over every byte of it, in order.
     *
     * @throws RefusalException if it is not the same
     */
    void requireSame(BatchManifest made, BatchManifest named) {
        if (!made.getDigest().equals(named.getDigest())) {
            throw new RefusalException("Step " + named.getStep() + " of run " + config.runId()
                    + " cannot be made again: the records that topic " + config.viewsTopic()
                    + " holds at its offsets are not those that were trained; the topic was written anew, so begin"
                    + " another run on it");
        }
    }
}
