package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.ReplayedImage;
import io.streamclr.trainer.batchlog.LoggedBatch;
import io.streamclr.trainer.batchlog.LoggedBlock;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.Mix;
import io.streamclr.trainer.views.Shuffle;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was logged of a run after a position: batches that were perhaps trained after the last checkpoint, and that come
 * again first and exactly.
 */
final class RunHistory {

    private final FeedConfig config;
    private final int partitions;
    private final Map<Long, LoggedBatch> batches = new HashMap<>();
    private final Map<Long, LoggedBlock> blocks = new HashMap<>();
    private final Map<Long, List<ReplayedImage>> replayed = new HashMap<>();

    private RunHistory(FeedConfig config, int partitions) {
        this.config = config;
        this.partitions = partitions;
    }

    /**
     * Holds the entries of a run against the run's settings and against each other.
     *
     * @param entries of the run, in the order of the topic; those before the position's next step are passed over
     * @param partitions of the topic of views
     * @throws RefusalException if they were not written by this run with these settings, or one is missing
     */
    static RunHistory after(FeedPosition position, List<LoggedBatch> entries, FeedConfig config, int partitions) {
        RunHistory history = new RunHistory(config, partitions);
        if (!position.block().isEmpty()) {
            history.blocks.put(
                    position.blockNumber(),
                    new LoggedBlock(
                            position.block(),
                            position.shape().recipe(),
                            position.shape().recipeText()));
        }
        long expected = position.nextStep();
        for (LoggedBatch entry : entries) {
            long step = entry.manifest().getStep();
            if (step > expected) {
                throw new RefusalException("Topic " + config.batchesTopic() + " does not name step " + expected
                        + " of run " + config.runId() + ", although it names step " + step
                        + "; the run cannot go on exactly, so begin another one");
            }
            if (step >= position.nextStep()) {
                history.add(entry);
                expected = Math.max(expected, step + 1);
            }
        }
        return history;
    }

    private void add(LoggedBatch entry) {
        BatchManifest manifest = entry.manifest();
        long step = manifest.getStep();
        LoggedBatch known = batches.putIfAbsent(step, entry);
        if (known != null) {
            if (!known.manifest().equals(manifest)) {
                throw new RefusalException("Topic " + config.batchesTopic() + " names step " + step + " of run "
                        + config.runId() + " twice and differently, so two trainers fed the same run; begin another"
                        + " run for one of them");
            }
            return;
        }
        addBlock(manifest);
    }

    private void addBlock(BatchManifest manifest) {
        long step = manifest.getStep();
        LoggedBlock block = LoggedBlock.of(manifest);
        if (!isOfTheseSettings(manifest, block)) {
            throw otherSettings(config, "step " + step);
        }
        replayed.put(step, manifest.getReplayed());
        if (!config.mix().isFresh(step)) {
            return;
        }
        LoggedBlock sameBlock = blocks.putIfAbsent(blockOf(step), block);
        if (sameBlock != null && !sameBlock.hasRecordsOf(block)) {
            throw new RefusalException("Topic " + config.batchesTopic() + " names other records for step " + step
                    + " of run " + config.runId() + " than the steps of the same block have; two trainers fed the same"
                    + " run, so begin another run for one of them");
        }
    }

    private long blockOf(long step) {
        return config.mix().freshBatchOf(step) / config.blockBatches();
    }

    private boolean isOfTheseSettings(BatchManifest manifest, LoggedBlock block) {
        long step = manifest.getStep();
        int pairs =
                manifest.getTo() - manifest.getFrom() + manifest.getReplayed().size();
        if (pairs != config.batchPairs()
                || manifest.getRanks() != config.share().logged()
                || (!manifest.getReplayed().isEmpty()
                        && manifest.getReplaySeed() != BatchAssembler.seed(config, step))) {
            return false;
        }
        if (!config.mix().isFresh(step)) {
            return manifest.getFrom() == manifest.getTo() && block.has(0, partitions);
        }
        int from = (int) (config.mix().freshBatchOf(step) % config.blockBatches()) * config.freshPairs();
        return manifest.getShuffleSeed() == Shuffle.seed(config.seed(), blockOf(step))
                && manifest.getFrom() == from
                && manifest.getTo() == from + config.freshPairs()
                && block.has(config.blockPairs(), partitions);
    }

    /**
     * Has the blocks of another run made here too, and its images replayed, as it logged them.
     *
     * @param other a run of the same settings
     * @throws RefusalException if its settings were others, or this run has been fed other records
     */
    void repeat(LoggedRun other, FeedPosition position) {
        for (LoggedBatch batch : other.batches()) {
            boolean blockIsAhead =
                    config.mix().isFresh(batch.step()) && blockOf(batch.step()) >= position.blockNumber();
            if (blockIsAhead || batch.step() >= position.nextStep()) {
                addBlock(batch.manifest());
            }
        }
    }

    /** The refusal to go on with a run that was begun otherwise. */
    static RefusalException otherSettings(FeedConfig config, String where) {
        return new RefusalException("Run " + config.runId() + " was fed with another batch size, block size, seed or"
                + " topic up to " + where + " than with batches of " + config.batchPairs() + " pairs, blocks of "
                + config.blockBatches() + " batches and seed " + config.seed()
                + (config.share().isPart() ? " by " + config.share().ranks() + " ranks" : "")
                + (config.mix().equals(Mix.FRESH)
                        ? ""
                        : ", " + config.mix().replayedPairs() + " replayed pairs and "
                                + config.mix().updates() + " updates for each fresh batch")
                + "; give the same settings, or begin another run");
    }

    /** The records of a block that was logged; empty if it is still to be found. */
    Optional<LoggedBlock> block(long number) {
        return Optional.ofNullable(blocks.get(number));
    }

    /** The entry of a step that was logged; empty if it is still to be logged. */
    Optional<LoggedBatch> batch(long step) {
        return Optional.ofNullable(batches.get(step));
    }

    /** The images that a step is known to replay; empty if that is still to be decided. */
    Optional<List<ReplayedImage>> replayed(long step) {
        return Optional.ofNullable(replayed.get(step));
    }

    /** How many steps come again. */
    int steps() {
        return batches.size();
    }

    /** The first offset that each partition is read from for a logged block, by partition. */
    Map<Integer, Long> firstOffsets() {
        Map<Integer, Long> first = new HashMap<>();
        blocks.values().forEach(block -> block.ranges()
                .forEach(range -> first.merge(range.partition(), range.firstOffset(), Math::min)));
        return first;
    }
}
