package io.streamclr.trainer.views;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import java.util.Objects;

/**
 * What a feed reads and how it batches. A block of {@code batchPairs * blockBatches} records is held off-heap while it
 * is shuffled, and a second one while it fills, and three batches of pixels beside them ({@link #offHeapBytes}).
 *
 * @param kafka how to reach the broker
 * @param viewsTopic the topic of view pairs that is read
 * @param batchesTopic the topic of one partition in which every batch is logged
 * @param runId names the run in {@code batchesTopic}; a run goes on where its last logged batch ended
 * @param batchPairs view pairs in a batch, replayed ones among them, 2 to {@value #MAX_BATCH_PAIRS}
 * @param blockBatches fresh parts of batches that are shuffled together, 1 or more; a block has at most
 *     {@value #MAX_BLOCK_PAIRS} pairs
 * @param seed seed of the run; the shuffle of block n is derived from it and n
 * @param monitoringGroup consumer group under which the trained offsets are shown to those who watch the lag; never
 *     joined. A job that renders only so far ahead of it must be let two blocks ahead, because the feed reads a whole
 *     block before it hands out the first of its batches
 * @param mix how much of the batches comes from the run's memory
 * @param share which partitions of the topic of views are read
 */
public record FeedConfig(
        KafkaConnection kafka,
        String viewsTopic,
        String batchesTopic,
        String runId,
        int batchPairs,
        int blockBatches,
        long seed,
        String monitoringGroup,
        Mix mix,
        RankShare share) {

    /** A million pairs; larger batches help nobody, and a typing error should not eat the memory. */
    public static final int MAX_BATCH_PAIRS = 1 << 20;

    /** Sixteen million pairs, so that the places in a block are plain numbers. */
    public static final int MAX_BLOCK_PAIRS = 1 << 24;

    /** One that is cut into batches, one that fills. */
    public static final int BLOCKS_IN_FLIGHT = 2;

    /** One at the trainer, one ready, one being made. */
    public static final int BATCHES_IN_FLIGHT = 3;

    /**
     * What a feed holds off the heap at least, in bytes: the pixels of its views, in blocks and in batches.
     *
     * @param batchPairs view pairs in a batch
     * @param blockPairs view pairs in a block
     * @param viewBytes of one view
     */
    public static long offHeapBytes(long batchPairs, long blockPairs, long viewBytes) {
        return BLOCKS_IN_FLIGHT * BlockMemory.bytes(blockPairs, 2 * viewBytes)
                + BATCHES_IN_FLIGHT * 2 * batchPairs * viewBytes;
    }

    /**
     * @throws RefusalException if a number is out of its range or a name is blank
     */
    public FeedConfig {
        Objects.requireNonNull(kafka, "kafka");
        requireName(viewsTopic, "topic of views");
        requireName(batchesTopic, "topic of batches");
        requireName(runId, "run");
        requireName(monitoringGroup, "monitoring group");
        Objects.requireNonNull(share, "share");
        if (batchPairs < 2 || batchPairs > MAX_BATCH_PAIRS) {
            throw RefusalException.ofUsage("A batch of " + batchPairs
                    + " pairs cannot be trained, because contrast needs 2 to " + MAX_BATCH_PAIRS + "; 256 is usual");
        }
        if (mix.replayedPairs() >= batchPairs) {
            throw new IllegalArgumentException(
                    "Of " + batchPairs + " pairs " + mix.replayedPairs() + " are replayed, and one at least is fresh");
        }
        if (blockBatches < 1 || (long) batchPairs * blockBatches > MAX_BLOCK_PAIRS) {
            throw RefusalException.ofUsage("A block of " + blockBatches + " batches of " + batchPairs
                    + " pairs cannot be shuffled, because a block has 1 batch or more and at most " + MAX_BLOCK_PAIRS
                    + " pairs; 16 batches are usual");
        }
    }

    /** A feed of fresh views alone. */
    public FeedConfig(
            KafkaConnection kafka,
            String viewsTopic,
            String batchesTopic,
            String runId,
            int batchPairs,
            int blockBatches,
            long seed,
            String monitoringGroup) {
        this(kafka, viewsTopic, batchesTopic, runId, batchPairs, blockBatches, seed, monitoringGroup, Mix.FRESH);
    }

    /** A feed of all partitions. */
    public FeedConfig(
            KafkaConnection kafka,
            String viewsTopic,
            String batchesTopic,
            String runId,
            int batchPairs,
            int blockBatches,
            long seed,
            String monitoringGroup,
            Mix mix) {
        this(
                kafka,
                viewsTopic,
                batchesTopic,
                runId,
                batchPairs,
                blockBatches,
                seed,
                monitoringGroup,
                mix,
                RankShare.WHOLE);
    }

    /** What does not change from the run's first step to its last. */
    public Feeding feeding() {
        return new Feeding(runId, seed, batchPairs, blockBatches, mix);
    }

    /** Fresh pairs in a batch that has any. */
    public int freshPairs() {
        return batchPairs - mix.replayedPairs();
    }

    /** Records in a block. */
    public int blockPairs() {
        return freshPairs() * blockBatches;
    }

    private static void requireName(String name, String what) {
        if (name.isBlank()) {
            throw RefusalException.ofUsage("The " + what + " has a blank name; give it one of letters and digits");
        }
    }
}
