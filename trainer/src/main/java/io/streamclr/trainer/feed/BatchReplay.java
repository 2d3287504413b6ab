package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.RecordRange;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.trainer.batchlog.LoggedBatch;
import io.streamclr.trainer.batchlog.LoggedBlock;
import io.streamclr.trainer.batchlog.LoggedBlocks;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.torch.ByteRows;
import io.streamclr.trainer.views.Block;
import io.streamclr.trainer.views.BlockMemory;
import io.streamclr.trainer.views.FeedPosition.Reading;
import io.streamclr.trainer.views.Rows;
import io.streamclr.trainer.views.ViewReader;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.views.ViewShape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes batches of a run again, one after the other, and compares each with the digest that it was logged with. Names
 * nothing and commits nothing. For one thread.
 */
public final class BatchReplay implements AutoCloseable {

    private final LoggedRun run;
    private final String viewsTopic;
    private final ViewRenderer lost;
    private final LoggedBlocks blocks;
    private BlockMemory memory = new BlockMemory(0);
    private Optional<LoggedBlock> current = Optional.empty();
    private ShuffledBlock shuffled;
    private ViewShape shape = ViewShape.UNKNOWN;
    private ByteRows pixels = ByteRows.allocate(0, 1);
    private boolean taken;
    private int next;
    private long records;

    /**
     * @param batch to be closed before the next is asked for
     * @param same whether its every byte is what it was
     */
    public record RememberedViews(Batch batch, boolean same) {}

    private BatchReplay(LoggedRun run, String viewsTopic, LoggedBlocks blocks, ViewRenderer lost) {
        this.run = run;
        this.viewsTopic = viewsTopic;
        this.lost = lost;
        this.blocks = blocks;
    }

    /**
     * Opens what a run was fed.
     *
     * @param viewsTopic the topic that it read
     * @param lost draws views again that expired, and those of what was replayed; its owner closes it
     * @throws RefusalException if the topic is not there or has fewer partitions than the run read
     */
    public static BatchReplay open(KafkaConnection kafka, String viewsTopic, LoggedRun run, ViewRenderer lost) {
        try (Topics topics = Topics.at(kafka)) {
            int partitions = topics.require(viewsTopic);
            for (LoggedBatch batch : run.batches()) {
                List<RecordRange> ranges = batch.manifest().getRanges();
                int last = ranges.isEmpty() ? 0 : ranges.get(ranges.size() - 1).getPartition();
                if (last >= partitions) {
                    throw new RefusalException("Topic " + viewsTopic + " has " + partitions + " partitions, and run "
                            + run.runId() + " read from partition " + last
                            + "; name the topic that it read with --views-topic");
                }
            }
            List<Reading> readings = new ArrayList<>();
            for (Map.Entry<Integer, Long> begin : topics.beginning(viewsTopic).entrySet()) {
                readings.add(Reading.from(begin.getValue()));
            }
            ViewReader reader = new ViewReader(ViewShape.UNKNOWN);
            LoggedBlocks blocks = new LoggedBlocks(kafka, viewsTopic, topics, readings, reader, lost);
            return new BatchReplay(run, viewsTopic, blocks, lost);
        }
    }

    /** The next batch; empty after the last. */
    public Optional<RememberedViews> next() {
        if (taken) {
            throw new IllegalStateException("The batch before must be closed first, its pixels are needed");
        }
        if (next == run.batches().size()) {
            return Optional.empty();
        }
        LoggedBatch entry = run.batches().get(next);
        BatchManifest manifest = entry.manifest();
        next++;
        if (!manifest.getRanges().isEmpty()) {
            shuffle(manifest);
        }
        ViewRenderer.RememberedViews replayed = ViewRenderer.RememberedViews.of(manifest, viewsTopic);
        if (shape.equals(ViewShape.UNKNOWN)) {
            shape = shapeOf(replayed);
        }
        makeRoom();
        Rows rows = new Rows(run.batchPairs(), pixels);
        if (!manifest.getRanges().isEmpty()) {
            shuffled.cut(manifest.getFrom(), manifest.getTo(), rows);
        }
        replayed.draw(lost, shape, rows);
        records += rows.filled();
        taken = true;
        Batch batch = new Batch(entry, rows, shape, pixels, buffer -> taken = false);
        return Optional.of(new RememberedViews(batch, rows.digest().equals(manifest.getDigest())));
    }

    private void shuffle(BatchManifest manifest) {
        LoggedBlock wanted = LoggedBlock.of(manifest);
        if (current.isPresent() && current.get().hasRecordsOf(wanted)) {
            return;
        }
        int pairs = wanted.ranges().stream().mapToInt(range -> range.records()).sum();
        if (memory.capacity() < pairs) {
            memory = new BlockMemory(pairs);
        }
        Block block = blocks.read(0, wanted, memory);
        shuffled = new ShuffledBlock(block, manifest.getShuffleSeed());
        current = Optional.of(wanted);
        shape = block.shape();
    }

    /** Of the first image that is replayed: where nothing fresh was read before, nothing else tells it. */
    private ViewShape shapeOf(ViewRenderer.RememberedViews replayed) {
        ViewReader reader = new ViewReader(ViewShape.UNKNOWN);
        replayed.first().draw(lost, reader, (encoded, facts) -> {});
        return reader.shape();
    }

    private void makeRoom() {
        int rows = 2 * run.batchPairs();
        if (pixels.rows() != rows || pixels.rowBytes() != shape.viewBytes()) {
            pixels = ByteRows.allocate(rows, shape.viewBytes());
        }
    }

    /** View pairs in all batches so far. */
    public long records() {
        return records;
    }

    /** Records of the blocks so far that were rendered again from their images, because their topic lacks them. */
    public long drawnAgain() {
        return blocks.drawnAgain();
    }

    /** Records of the blocks so far; the others of a block belong to batches that were not asked for. */
    public long read() {
        return blocks.read();
    }

    @Override
    public void close() {
        blocks.close();
    }
}
