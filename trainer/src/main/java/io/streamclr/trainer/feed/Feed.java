package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.trainer.batchlog.BatchLog;
import io.streamclr.trainer.batchlog.BatchLogReader;
import io.streamclr.trainer.batchlog.LoggedBatch;
import io.streamclr.trainer.batchlog.LoggedRun;
import io.streamclr.trainer.batchlog.TopicBatchLog;
import io.streamclr.trainer.feed.BatchAssembler.Ready;
import io.streamclr.trainer.owner.RunOwner;
import io.streamclr.trainer.views.Block;
import io.streamclr.trainer.views.BlockMemory;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.FeedPosition.BlockRange;
import io.streamclr.trainer.views.FeedPosition.Reading;
import io.streamclr.trainer.views.Feeding;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.views.ViewShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds one run: views from the log, shuffled in blocks and cut into batches, each logged before it is handed
 * out. One thread reads blocks and one makes batches of them, ahead of the trainer by a block and a batch.
 *
 * <p>Opened at a position, it first gives again, byte for byte, every batch that was logged after that, and then goes
 * on. So a trainer that is killed at any moment and resumes from its last checkpoint trains the same steps.
 */
public final class Feed implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Feed.class);

    /** How long closing lets the consumer end by itself: a thread that is interrupted cannot close one cleanly. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final FeedConfig config;
    private final BatchLog naming;
    private final Fetcher fetcher;
    private final BlockingQueue<BlockMemory> freeBlocks = new ArrayBlockingQueue<>(FeedConfig.BLOCKS_IN_FLIGHT);
    private final BlockingQueue<Supplier<Block>> fullBlocks = new LinkedBlockingQueue<>();
    private final BlockingQueue<Supplier<Ready>> batches = new LinkedBlockingQueue<>();
    private final AtomicLong waitedNanos = new AtomicLong();
    private final Thread fetching;
    private final Thread composing;
    private volatile FeedPosition position;

    private Feed(FeedConfig config, Topics topics, Entered entered, Means means) {
        this.config = config;
        this.position = entered.start();
        this.naming = means.naming();
        FeedPosition start = entered.start();
        RunHistory history = entered.history();
        fetcher = new Fetcher(config, topics, entered.readings(), start, history, means.lost());
        for (int i = 0; i < FeedConfig.BLOCKS_IN_FLIGHT; i++) {
            freeBlocks.add(new BlockMemory(config.blockPairs()));
        }
        fetching = new Thread(() -> fetch(start.blockNumber()), "feed-fetch");
        BatchAssembler composer = new BatchAssembler(config, start, history, means, fullBlocks, freeBlocks);
        composing = new Thread(() -> compose(composer), "feed-compose");
        fetching.setDaemon(true);
        composing.setDaemon(true);
    }

    /**
     * What a feed makes batches with, beside the topic of views.
     *
     * @param lost draws views again
     * @param replays the run's memory, if it has one
     * @param naming logs each batch
     */
    record Means(ViewRenderer lost, Optional<RememberedImages> replays, BatchLog naming) {}

    /**
     * Opens the feed of a run and begins to read ahead. What makes that impossible is found before the run is taken over
     * from a trainer that may be at work.
     *
     * @param owner of the run, which names the batches; closed with the feed
     * @param from where the checkpoint stood; empty to begin at the first view there is, or, if batches of the run are
     *     logged already, to give these again from step 1
     * @param lost draws logged views again that expired; its owner closes it after the feed
     * @throws RefusalException if a topic is missing, no broker answers, the run was begun with other settings, or what
     *     it needs is no longer there
     */
    public static Feed open(RunOwner owner, FeedConfig config, Optional<FeedPosition> from, ViewRenderer lost)
            throws InterruptedException {
        return open(
                config, from, Optional.empty(), new Means(lost, Optional.empty(), new TopicBatchLog(config, owner)));
    }

    /**
     * As {@link #open}, and mixes in what the run's memory replays.
     *
     * @param lost draws the views of that too
     * @param replays as it was where the checkpoint stood; it is to be notified of each trained step
     */
    public static Feed remembering(
            RunOwner owner, RememberedImages replays, FeedConfig config, Optional<FeedPosition> from, ViewRenderer lost)
            throws InterruptedException {
        return open(
                config,
                from,
                Optional.empty(),
                new Means(lost, Optional.of(replays), new TopicBatchLog(config, owner)));
    }

    /**
     * Gives the batches that another run was given, under this run's own name.
     *
     * @param other a run of the same batch size, block size, seed and memory, read from its first step
     * @param replays as for {@link #remembering}; empty for a run without a memory
     */
    public static Feed repeating(
            RunOwner owner,
            LoggedRun other,
            FeedConfig config,
            Optional<FeedPosition> from,
            ViewRenderer lost,
            Optional<RememberedImages> replays)
            throws InterruptedException {
        return open(config, from, Optional.of(other), new Means(lost, replays, new TopicBatchLog(config, owner)));
    }

    static Feed open(FeedConfig config, Optional<FeedPosition> from, Optional<LoggedRun> other, Means means)
            throws InterruptedException {
        try (Topics topics = Topics.at(config.kafka())) {
            Map<Integer, Long> beginning = topics.beginning(config.viewsTopic());
            FeedPosition start = from.orElseGet(() -> beginning(config, beginning));
            requireSettings(config, start, beginning.size());
            BatchLogReader reader = new BatchLogReader(config.kafka(), config.batchesTopic(), config.runId());
            List<LoggedBatch> entries = new ArrayList<>();
            reader.visit(start.loggedUntil(), topics, entries::add);
            Entered entered = enter(config, start, from, entries, other, topics);
            means.naming().claim();
            int before = entries.size();
            reader.visit(
                    before == 0 ? start.loggedUntil() : entries.get(before - 1).offset() + 1, topics, entries::add);
            if (entries.size() > before) {
                entered = enter(config, start, from, entries, other, topics);
            }
            LOG.info(
                    "feed opens run={} step={} stepsGivenAgain={} topic={} partitions={}",
                    config.runId(),
                    start.nextStep(),
                    entered.history().steps(),
                    config.viewsTopic(),
                    beginning.size());
            Feed feed = new Feed(config, topics, entered, means);
            feed.fetching.start();
            feed.composing.start();
            return feed;
        }
    }

    /**
     * Holds what a run that has logged no batch reads next against what the topic of views has. The block that its position
     * has is not read, but rendered again where it is gone.
     *
     * @throws RefusalException if it is no longer there, or the topic cannot be asked
     */
    public static void requireViews(FeedConfig config, FeedPosition start) {
        try (Topics topics = Topics.at(config.kafka())) {
            requireSettings(config, start, topics.beginning(config.viewsTopic()).size());
            Fetcher.requireViews(config, afterBlock(start), topics);
        }
    }

    private static List<Reading> afterBlock(FeedPosition start) {
        List<Reading> readings = new ArrayList<>(start.readings());
        for (BlockRange range : start.block()) {
            if (range.lastOffset() >= readings.get(range.partition()).nextOffset()) {
                readings.set(range.partition(), Reading.from(range.lastOffset() + 1));
            }
        }
        return readings;
    }

    /** What a feed begins with. */
    private record Entered(FeedPosition start, RunHistory history, List<Reading> readings) {}

    private static Entered enter(
            FeedConfig config,
            FeedPosition start,
            Optional<FeedPosition> from,
            List<LoggedBatch> entries,
            Optional<LoggedRun> other,
            Topics topics) {
        RunHistory history =
                RunHistory.after(start, entries, config, start.readings().size());
        other.ifPresent(run -> history.repeat(run, start));
        List<Reading> readings = from.isPresent() ? start.readings() : firstReadings(start, history);
        if (history.block(start.blockNumber()).isEmpty()) {
            Fetcher.requireViews(config, readings, topics);
        }
        return new Entered(start, history, readings);
    }

    /** The position of a run that has no checkpoint, at the first views there are. */
    static FeedPosition beginning(FeedConfig config, Map<Integer, Long> beginning) {
        List<Reading> readings = new ArrayList<>();
        for (int partition = 0; partition < beginning.size(); partition++) {
            readings.add(Reading.from(beginning.get(partition)));
        }
        return new FeedPosition(config.feeding(), 1, 0, ViewShape.UNKNOWN, readings, List.of());
    }

    /** A run whose batches were logged, but that has no checkpoint, begins where its first block did. */
    private static List<Reading> firstReadings(FeedPosition start, RunHistory history) {
        Map<Integer, Long> firstOffsets = history.firstOffsets();
        List<Reading> readings = new ArrayList<>();
        for (int partition = 0; partition < start.readings().size(); partition++) {
            Long first = firstOffsets.get(partition);
            readings.add(first == null ? start.readings().get(partition) : Reading.from(first));
        }
        return readings;
    }

    private static void requireSettings(FeedConfig config, FeedPosition start, int partitions) {
        Feeding before = start.feeding();
        if (!before.runId().equals(config.runId())) {
            throw new RefusalException("The checkpoint is of run " + before.runId() + " and cannot feed run "
                    + config.runId() + "; resume it under its own name");
        }
        if (!before.equals(config.feeding())) {
            throw RunHistory.otherSettings(config, "step " + (start.nextStep() - 1));
        }
        int ranks = config.share().ranks();
        if (partitions % ranks != 0) {
            throw new RefusalException("Topic " + config.viewsTopic() + " has " + partitions + " partition"
                    + (partitions == 1 ? "" : "s") + ", and " + ranks
                    + " ranks cannot have equal parts of that; start as"
                    + " many ranks as divide it, or begin a run on a topic with " + ranks
                    + " partitions or a multiple");
        }
        if (start.readings().size() != partitions) {
            throw new RefusalException("Topic " + config.viewsTopic() + " has " + partitions + " partitions and had "
                    + start.readings().size() + " when the checkpoint of run " + config.runId()
                    + " was written; begin another run on it");
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

    private void compose(BatchAssembler composer) {
        try {
            while (true) {
                Ready ready = composer.next();
                batches.add(() -> ready);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error ended) {
            batches.add(() -> {
                throw ended;
            });
        }
    }

    /**
     * The next batch; waits until there is one. What cannot be trained ends the feed after the last good batch: this
     * and every later call then throws the same.
     *
     * @return the batch, to be closed by the caller when its pixels are no longer needed
     * @throws RefusalException if a record is foreign or of another recipe or size, views expired before they were
     *     trained, or a topic is gone
     * @throws IllegalStateException if the feed is closed
     */
    public Batch next() throws InterruptedException {
        Optional<Batch> next = Optional.empty();
        while (next.isEmpty()) {
            next = next(PATIENCE);
        }
        return next.get();
    }

    /**
     * The same, but waits no longer than this.
     *
     * @return empty if there was none in that time
     */
    public Optional<Batch> next(Duration atMost) throws InterruptedException {
        Supplier<Ready> ready = batches.poll();
        if (ready == null) {
            long began = System.nanoTime();
            ready = batches.poll(atMost.toNanos(), TimeUnit.NANOSECONDS);
            waitedNanos.addAndGet(System.nanoTime() - began);
        }
        if (ready == null) {
            return Optional.empty();
        }
        try {
            Ready next = ready.get();
            position = next.after();
            return Optional.of(next.batch());
        } catch (RuntimeException | Error ended) {
            batches.add(ready);
            throw ended;
        }
    }

    /** Where the feed stands after the last batch taken; belongs into the checkpoint of that batch's step. */
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

    /**
     * View pairs of each partition that were rendered and are not yet trained, as of a few seconds ago; empty until the feed
     * looks for new ones.
     */
    public List<Long> lag() {
        return fetcher.lag();
    }

    /** View pairs that lie ready for the next block, which is cut into batches when it is full. */
    public int gathered() {
        return fetcher.gathered();
    }

    /** Partitions of the topic of views. */
    public int partitions() {
        return fetcher.partitions();
    }

    /** Has lag monitors shown, soon, that all batches taken so far are trained: their part of the block's records. */
    public void showAllTrained() {
        fetcher.show(position);
    }

    /** Has shown, soon, that the run is saved at this position: what comes before it, the run needs no more. */
    public void showSaved(FeedPosition saved) {
        fetcher.showSaved(saved);
    }

    /** Ends the threads. Batches that were read ahead are dropped; those that were logged come again on resume. */
    @Override
    public void close() {
        batches.clear();
        batches.add(() -> {
            throw new IllegalStateException("The feed of run " + config.runId() + " is closed");
        });
        fetcher.stop();
        composing.interrupt();
        boolean interrupted = false;
        try {
            fetching.join(PATIENCE.toMillis());
            fetching.interrupt();
            fetching.join();
            composing.join();
        } catch (InterruptedException impatient) {
            interrupted = true;
        }
        naming.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
