package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.trainer.feed.FeedPosition.Reading;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds one run: views from the log, shuffled in blocks and cut into batches, each named in the log before it is handed
 * out. One thread reads blocks and one cuts batches, ahead of the trainer by a block and a batch.
 *
 * <p>Opened at a position, it first gives again, byte for byte, every batch that was named behind it, and then goes on.
 * So a trainer that is killed at any moment and resumes from its last checkpoint trains the same steps.
 */
public final class Feed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

    /** One at the trainer, one ready, one being cut. */
    private static final int BATCHES_IN_FLIGHT = 3;

    /** One being cut, one being filled. */
    private static final int BLOCKS_IN_FLIGHT = 2;

    /** How long closing lets the consumer end by itself: a thread that is interrupted cannot close one cleanly. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final FeedConfig config;
    private final RunHistory history;
    private final ManifestLog log;
    private final Fetcher fetcher;
    private final BlockingQueue<BlockMemory> freeBlocks = new ArrayBlockingQueue<>(BLOCKS_IN_FLIGHT);
    private final BlockingQueue<Supplier<Block>> fullBlocks = new LinkedBlockingQueue<>();
    private final BlockingQueue<ByteBuffer> freeBuffers = new ArrayBlockingQueue<>(BATCHES_IN_FLIGHT);
    private final BlockingQueue<Supplier<Batch>> batches = new LinkedBlockingQueue<>();
    private final AtomicLong waitedNanos = new AtomicLong();
    private final Thread fetching;
    private final Thread cutting;
    private volatile FeedPosition position;
    /** Allocated so far; touched by the cutting thread alone. */
    private int buffers;

    private Feed(FeedConfig config, FeedPosition start, List<Reading> readings, RunHistory history) {
        this.config = config;
        this.position = start;
        this.history = history;
        log = new ManifestLog(config);
        ViewShape shape = new ViewShape(start.recipe(), start.height(), start.width());
        fetcher = new Fetcher(config, readings, shape, history);
        for (int i = 0; i < BLOCKS_IN_FLIGHT; i++) {
            freeBlocks.add(new BlockMemory(config.blockPairs()));
        }
        fetching = new Thread(() -> fetch(start.blockNumber()), "feed-fetch");
        cutting = new Thread(() -> cut(start.batchInBlock()), "feed-cut");
        fetching.setDaemon(true);
        cutting.setDaemon(true);
    }

    /**
     * Opens the feed of a run and begins to read ahead.
     *
     * @param from where the checkpoint stood; empty to begin at the first view there is, or, if batches of the run are
     *     named already, to give these again from step 1
     * @throws RefusalException if a topic is missing, no broker answers, the run was begun with other settings, or what
     *     it needs is no longer there
     */
    public static Feed open(FeedConfig config, Optional<FeedPosition> from) {
        try (Topics topics = Topics.at(config.kafka())) {
            Map<Integer, Long> beginning = topics.beginning(config.viewsTopic());
            FeedPosition start = from.orElseGet(() -> beginning(config, beginning));
            requireSettings(config, start, beginning.size());
            List<RunHistory.Entry> entries = ManifestLog.entries(config, start.namedUntil(), topics);
            RunHistory history = RunHistory.behind(start, entries, config, beginning.size());
            List<Reading> readings = from.isPresent() ? start.readings() : firstReadings(start, history);
            requireViews(config, readings, beginning, topics.end(config.viewsTopic()));
            LOG.info(
                    "feed opens run={} step={} stepsGivenAgain={} topic={} partitions={}",
                    config.runId(),
                    start.nextStep(),
                    history.steps(),
                    config.viewsTopic(),
                    beginning.size());
            Feed feed = new Feed(config, start, readings, history);
            feed.fetching.start();
            feed.cutting.start();
            return feed;
        }
    }

    /** The position of a run that has no checkpoint, at the first views there are. */
    static FeedPosition beginning(FeedConfig config, Map<Integer, Long> beginning) {
        List<Reading> readings = new ArrayList<>();
        for (int partition = 0; partition < beginning.size(); partition++) {
            readings.add(Reading.from(beginning.get(partition)));
        }
        return new FeedPosition(
                config.runId(),
                config.seed(),
                config.batchPairs(),
                config.blockBatches(),
                1,
                0,
                "",
                0,
                0,
                readings,
                List.of());
    }

    /** A run whose batches were named, but that has no checkpoint, begins where its first block did. */
    private static List<Reading> firstReadings(FeedPosition start, RunHistory history) {
        Map<Integer, Long> named = history.firstOffsets();
        List<Reading> readings = new ArrayList<>();
        for (int partition = 0; partition < start.readings().size(); partition++) {
            Long first = named.get(partition);
            readings.add(first == null ? start.readings().get(partition) : Reading.from(first));
        }
        return readings;
    }

    private static void requireSettings(FeedConfig config, FeedPosition start, int partitions) {
        if (!start.runId().equals(config.runId())) {
            throw new RefusalException("The checkpoint is of run " + start.runId() + " and cannot feed run "
                    + config.runId() + "; resume it under its own name");
        }
        if (start.batchPairs() != config.batchPairs()
                || start.blockBatches() != config.blockBatches()
                || start.seed() != config.seed()) {
            throw RunHistory.otherSettings(config, "step " + (start.nextStep() - 1));
        }
        if (start.readings().size() != partitions) {
            throw new RefusalException("Topic " + config.viewsTopic() + " has " + partitions + " partitions and had "
                    + start.readings().size() + " when the checkpoint of run " + config.runId()
                    + " was written; begin another run on it");
        }
    }

    private static void requireViews(
            FeedConfig config, List<Reading> readings, Map<Integer, Long> beginning, Map<Integer, Long> end) {
        for (int partition = 0; partition < readings.size(); partition++) {
            long next = readings.get(partition).nextOffset();
            if (next < beginning.get(partition)) {
                throw Fetcher.expired(config, partition, next);
            }
            if (next > end.get(partition)) {
                throw new RefusalException("Topic " + config.viewsTopic() + " ends at offset " + end.get(partition)
                        + " in partition " + partition + ", but run " + config.runId() + " has trained up to " + next
                        + "; the topic was made anew, so begin another run on it");
            }
        }
    }

    private void fetch(long firstBlock) {
        try {
            fetcher.run(firstBlock, freeBlocks, block -> fullBlocks.add(() -> block));
        } catch (RuntimeException | Error ended) {
            fullBlocks.add(() -> {
                throw ended;
            });
        } finally {
            // Kafka's close fails on a thread that is interrupted, and this one ends here anyway.
            Thread.interrupted();
            fetcher.close();
        }
    }

    private void cut(int firstIndex) {
        try {
            int index = firstIndex;
            while (true) {
                Block block = fullBlocks.take().get();
                BlockCutter cutter = new BlockCutter(config, block);
                for (; index < config.blockBatches(); index++) {
                    ByteBuffer pixels = buffer(block.shape());
                    BlockCutter.Cut cut = cutter.cut(index, pixels);
                    FeedPosition behind = cutter.position(index, named(cutter, cut) + 1);
                    Batch batch = new Batch(cut, pixels, behind, freeBuffers::add);
                    batches.add(() -> batch);
                }
                index = 0;
                freeBlocks.add(block.memory());
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error ended) {
            batches.add(() -> {
                throw ended;
            });
        }
    }

    /** Names a new batch, or holds one that comes again against its name; the offset of the entry. */
    private long named(BlockCutter cutter, BlockCutter.Cut cut) throws InterruptedException {
        Optional<RunHistory.Entry> known = history.batch(cut.manifest().getStep());
        if (known.isPresent()) {
            cutter.requireSame(cut.manifest(), known.get().manifest());
            return known.get().offset();
        }
        return log.append(cut.manifest());
    }

    private ByteBuffer buffer(ViewShape shape) throws InterruptedException {
        ByteBuffer free = freeBuffers.poll();
        if (free != null) {
            return free;
        }
        if (buffers == BATCHES_IN_FLIGHT) {
            return freeBuffers.take();
        }
        long bytes = BlockCutter.pixelBytes(config, shape);
        if (bytes > Integer.MAX_VALUE) {
            throw new RefusalException("A batch of " + config.batchPairs() + " pairs of " + shape.height() + "x"
                    + shape.width() + " pixels takes " + (bytes >> 20) + " MiB, and 2047 MiB are the most; make it"
                    + " smaller");
        }
        buffers++;
        try {
            return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
        } catch (OutOfMemoryError full) {
            throw new RefusalException(
                    "No memory is left for " + BATCHES_IN_FLIGHT + " batches of " + (bytes >> 20)
                            + " MiB off-heap; make the batch or the block smaller, or give Java more with"
                            + " -XX:MaxDirectMemorySize",
                    full);
        }
    }

    /**
     * The next batch; waits until there is one. What cannot be trained ends the feed behind the last good batch: this
     * and every later call then throws the same.
     *
     * @return the batch, to be closed by the caller when its pixels are no longer needed
     * @throws RefusalException if a record is foreign or of another recipe or size, views expired before they were
     *     trained, or a topic is gone
     * @throws IllegalStateException if the feed is closed
     */
    public Batch next() throws InterruptedException {
        Supplier<Batch> ready = batches.poll();
        if (ready == null) {
            long began = System.nanoTime();
            ready = batches.take();
            waitedNanos.addAndGet(System.nanoTime() - began);
        }
        try {
            Batch batch = ready.get();
            position = batch.behind();
            return batch;
        } catch (RuntimeException | Error ended) {
            batches.add(ready);
            throw ended;
        }
    }

    /** Where the feed stands behind the last batch taken; belongs into the checkpoint of that batch's step. */
    public FeedPosition position() {
        return position;
    }

    /** How long {@link #next} has waited for batches since the feed was opened, in seconds. */
    public double waitedSeconds() {
        return waitedNanos.get() / 1e9;
    }

    /** How many records were passed over since the feed was opened because a job had repeated them. */
    public long repetitions() {
        return fetcher.repetitions();
    }

    /** Has lag monitors shown, soon, that the views up to this batch are trained: its part of the block's records. */
    public void trainedThrough(Batch batch) {
        fetcher.show(batch.behind().trainedOffsets());
    }

    /** Ends the threads. Batches that were read ahead are dropped; those that were named come again on resume. */
    @Override
    public void close() {
        batches.clear();
        batches.add(() -> {
            throw new IllegalStateException("The feed of run " + config.runId() + " is closed");
        });
        fetcher.stop();
        cutting.interrupt();
        boolean interrupted = false;
        try {
            fetching.join(PATIENCE.toMillis());
            fetching.interrupt();
            fetching.join();
            cutting.join();
        } catch (InterruptedException impatient) {
            interrupted = true;
        }
        log.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
