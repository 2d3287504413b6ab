package io.streamclr.trainer.feed;

import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.RecordRange;
import io.streamclr.schemas.record.ReplayedImage;
import io.streamclr.trainer.views.Block;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.Rows;
import io.streamclr.trainer.views.Shuffle;
import java.nio.ByteBuffer;
import java.util.List;

/** Cuts one block into the fresh parts of batches and says how each is logged. Pure: the same block gives the same. */
final class BlockCutter {

    private final FeedConfig config;
    private final Block block;
    private final long shuffleSeed;
    private final ShuffledBlock shuffled;

    BlockCutter(FeedConfig config, Block block) {
        this.config = config;
        this.block = block;
        shuffleSeed = Shuffle.seed(config.seed(), block.number());
        shuffled = new ShuffledBlock(block, shuffleSeed);
    }

    /** The block that is cut. */
    Block block() {
        return block;
    }

    /** The step that has fresh batch {@code index} of the block. */
    long step(int index) {
        return (block.number() * config.blockBatches() + index) * config.mix().updates() + 1;
    }

    /** Cuts fresh batch {@code index}, from 0, into the first rows of a batch. */
    void cut(int index, Rows rows) {
        shuffled.cut(from(index), from(index + 1), rows);
    }

    private int from(int index) {
        return index * config.freshPairs();
    }

    /**
     * The entry of the batch that begins with fresh batch {@code index}.
     *
     * @param digest over all its records
     * @param replayed what follows the fresh pairs
     * @param replaySeed by which that was rendered
     */
    BatchManifest manifest(int index, ByteBuffer digest, List<ReplayedImage> replayed, long replaySeed) {
        return new BatchManifest(
                config.runId(),
                step(index),
                recordRanges(),
                shuffleSeed,
                from(index),
                from(index + 1),
                digest,
                block.shape().recipe(),
                block.shape().recipeText(),
                replayed,
                replaySeed,
                config.share().logged());
    }

    private List<RecordRange> recordRanges() {
        return block.ranges().stream()
                .map(range -> new RecordRange(
                        range.partition(), range.firstOffset(), range.lastOffset(), range.records(), range.origins()))
                .toList();
    }

    /**
     * Where the feed stands after batch {@code index}.
     *
     * @param loggedUntil offset after the batch's entry in the topic of batches
     */
    FeedPosition position(int index, long loggedUntil) {
        boolean blockDone = index == config.blockBatches() - 1;
        return new FeedPosition(
                config.feeding(),
                step(index) + 1,
                loggedUntil,
                block.shape(),
                blockDone ? block.after() : block.before(),
                blockDone ? List.of() : block.ranges());
    }
}
