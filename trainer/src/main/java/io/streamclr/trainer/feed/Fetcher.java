package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.trainer.batchlog.LoggedBlock;
import io.streamclr.trainer.batchlog.LoggedBlocks;
import io.streamclr.trainer.views.Block;
import io.streamclr.trainer.views.BlockFiller;
import io.streamclr.trainer.views.BlockMemory;
import io.streamclr.trainer.views.FeedConfig;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.FeedPosition.Reading;
import io.streamclr.trainer.views.TopicWatch;
import io.streamclr.trainer.views.Untrained;
import io.streamclr.trainer.views.ViewConsumer;
import io.streamclr.trainer.views.ViewReader;
import io.streamclr.trainer.views.ViewRenderer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the topic of views into blocks, on a thread of its own, for as long as there is memory for another block. */
final class Fetcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);
    private static final Duration POLL = Duration.ofMillis(100);
    /** How long commits are served before memory is looked for again: a block of small views is cut in no time. */
    private static final Duration BRIEFLY = Duration.ofMillis(10);

    private static final long LAG_NANOS = Duration.ofSeconds(5).toNanos();
    private static final Duration BROKER_PATIENCE = Duration.ofSeconds(1);

    private static final long SILENCE_NANOS = Duration.ofSeconds(30).toNanos();

    private final FeedConfig config;
    private final RunHistory history;
    /** Those that are read. */
    private final List<TopicPartition> partitions;
    /** Partitions of the topic. */
    private final int all;

    private final KafkaConsumer<byte[], ByteBuffer> consumer;
    private final ViewReader reader;
    private final LoggedBlocks logged;
    private final Untrained untrained;
    private final AtomicReference<FeedPosition> trained;
    private final TopicWatch watch;
    private final ShownOffsets shown;
    private long heardAt = System.nanoTime();
    private boolean grown;
    private long lookedAt;
    private volatile List<Long> lag = List.of();
    private volatile long repetitions;
    private volatile int gathered;

    /**
     * @param topics of the broker; asked here, not kept
     * @param readings where each partition goes on
     * @param start where the feed stands
     * @param history blocks that are made again before others are found
     */
    Fetcher(
            FeedConfig config,
            Topics topics,
            List<Reading> readings,
            FeedPosition start,
            RunHistory history,
            ViewRenderer lost) {
        this.config = config;
        this.history = history;
        this.reader = new ViewReader(start.shape());
        trained = new AtomicReference<>(start);
        untrained = new Untrained(readings.size());
        partitions = ViewConsumer.partitions(config.viewsTopic(), readings.size()).stream()
                .filter(each -> config.share().owns(each.partition()))
                .toList();
        all = readings.size();
        watch = new TopicWatch(config.kafka(), config.viewsTopic());
        logged = new LoggedBlocks(config.kafka(), config.viewsTopic(), topics, readings, reader, lost);
        consumer = ViewConsumer.of(
                config.kafka(), partitions, Map.of(ConsumerConfig.GROUP_ID_CONFIG, config.monitoringGroup()));
        shown = new ShownOffsets(config.monitoringGroup(), partitions, consumer, readings);
        seek(readings);
    }

    private void seek(List<Reading> readings) {
        partitions.forEach(
                each -> consumer.seek(each, readings.get(each.partition()).nextOffset()));
    }

    /**
     * Reads blocks until it is closed or interrupted.
     *
     * @param firstBlock number of the first
     * @param free memory that blocks may use
     * @param full takes each block
     */
    void run(long firstBlock, BlockingQueue<BlockMemory> free, Consumer<Block> full) {
        long number = firstBlock;
        Optional<LoggedBlock> again = history.block(number);
        while (again.isPresent()) {
            untrained.begin(number);
            Block block = logged.read(number, again.get(), await(free));
            untrained.full(block.ranges());
            full.accept(block);
            repetitions = logged.repetitions();
            number++;
            again = history.block(number);
        }
        if (number > firstBlock) {
            requireGoingOn();
            seek(logged.readings());
        }
        findBlocks(number, free, full);
    }

    private void requireGoingOn() {
        if (logged.topicWasWrittenAnew()) {
            throw new RefusalException("Run " + config.runId() + " cannot go on: topic " + config.viewsTopic()
                    + " held other records where those had been that it was trained on; the topic was written anew, so"
                    + " begin another run on it");
        }
        try (Topics topics = Topics.at(config.kafka())) {
            requireViews(config, logged.readings(), topics);
        }
    }

    private void findBlocks(long firstBlock, BlockingQueue<BlockMemory> free, Consumer<Block> full) {
        BlockFiller filler = new BlockFiller(logged.readings(), config.blockPairs(), reader, config.share());
        for (long number = firstBlock; ; number++) {
            filler.begin(number, await(free, filler));
            untrained.begin(number);
            heardAt = System.nanoTime();
            while (!filler.fill(System.nanoTime())) {
                for (TopicPartition each : partitions) {
                    if (filler.wants(each.partition())) {
                        consumer.resume(List.of(each));
                    } else {
                        consumer.pause(List.of(each));
                    }
                }
                commitTrained(filler, true);
                ConsumerRecords<byte[], ByteBuffer> records = poll(POLL);
                records.forEach(filler::offer);
                repetitions = logged.repetitions() + filler.repetitions();
                gathered = filler.gathered();
                noticeSilence(records.isEmpty(), filler);
            }
            Block block = filler.block();
            repetitions = logged.repetitions() + filler.repetitions();
            untrained.full(block.ranges());
            full.accept(block);
        }
    }

    /** Waits for memory. */
    private BlockMemory await(BlockingQueue<BlockMemory> free) {
        BlockMemory memory = free.poll();
        while (memory == null) {
            consumer.pause(partitions);
            poll(BRIEFLY);
            memory = free.poll();
        }
        return memory;
    }

    /** The same between two blocks that are found, and serves commits meanwhile. */
    private BlockMemory await(BlockingQueue<BlockMemory> free, BlockFiller filler) {
        BlockMemory memory = free.poll();
        while (memory == null) {
            commitTrained(filler, false);
            consumer.pause(partitions);
            poll(BRIEFLY);
            memory = free.poll();
        }
        return memory;
    }

    private ConsumerRecords<byte[], ByteBuffer> poll(Duration most) {
        try {
            return ViewConsumer.poll(consumer, config.viewsTopic(), most);
        } catch (OffsetOutOfRangeException gone) {
            Map.Entry<TopicPartition, Long> first =
                    gone.offsetOutOfRangePartitions().entrySet().iterator().next();
            int partition = first.getKey().partition();
            try (Topics topics = Topics.at(config.kafka())) {
                requireViews(
                        config,
                        partition,
                        first.getValue(),
                        topics.beginning(config.viewsTopic()),
                        topics.end(config.viewsTopic()));
            }
            throw new RefusalException("Topic " + config.viewsTopic() + " had no offset " + first.getValue()
                    + " in partition " + partition + " a moment ago and has it now; the topic was made anew, so begin"
                    + " another run on it");
        }
    }

    /**
     * Holds what a run needs next against what the topic has.
     *
     * @throws RefusalException if it has expired, or the topic is another one
     */
    static void requireViews(FeedConfig config, List<Reading> readings, Topics topics) {
        Map<Integer, Long> beginning = topics.beginning(config.viewsTopic());
        Map<Integer, Long> end = topics.end(config.viewsTopic());
        for (int partition : config.share().owned(readings.size())) {
            requireViews(config, partition, readings.get(partition).nextOffset(), beginning, end);
        }
    }

    private static void requireViews(
            FeedConfig config, int partition, long next, Map<Integer, Long> beginning, Map<Integer, Long> end) {
        if (next < beginning.get(partition)) {
            throw expired(config, partition, next, beginning.get(partition));
        }
        if (next > end.get(partition)) {
            throw new RefusalException("Topic " + config.viewsTopic() + " ends at offset " + end.get(partition)
                    + " in partition " + partition + ", but run " + config.runId() + " has read up to " + next
                    + "; the topic was made anew, so begin another run on it");
        }
    }

    private static RefusalException expired(FeedConfig config, int partition, long offset, long beginning) {
        return new RefusalException("Run " + config.runId() + " was too slow for topic " + config.viewsTopic()
                + ": it needs offset " + offset + " of partition " + partition + " next, and the topic begins at "
                + beginning + ", so " + (beginning - offset) + " records were deleted before they were in a batch; keep"
                + " views longer (retention.ms and retention.bytes of the topic), and begin another run, since this"
                + " one cannot go on without a gap");
    }

    private void noticeSilence(boolean silent, BlockFiller filler) {
        if (!silent) {
            heardAt = System.nanoTime();
        } else if (System.nanoTime() - heardAt > SILENCE_NANOS) {
            watch.requireTopic();
            LOG.info(
                    "waiting for views topic={} repetitionsPassedOver={} slowPartitions={}",
                    config.viewsTopic(),
                    filler.repetitions(),
                    filler.slowPartitions());
            heardAt = System.nanoTime();
        }
    }

    /** Has lag monitors shown, soon, that everything before this position is trained. */
    void show(FeedPosition reached) {
        trained.set(reached);
    }

    /** Has shown, soon, that the run is saved there. */
    void showSaved(FeedPosition saved) {
        shown.saved(saved.readings());
    }

    /**
     * Commits offsets for lag monitors, and for the job that looks ahead: as many before what was read as there are
     * records read and not trained. So the lag counts pairs that are still to be trained, and offsets that never become
     * a pair do not look like work that waits: a job that waits for them to be done would wait for ever.
     *
     * @param filling whether the filler's block is not full yet
     */
    private void commitTrained(BlockFiller filler, boolean filling) {
        FeedPosition done = trained.get();
        List<Long> now = new ArrayList<>(Collections.nCopies(all, 0L));
        partitions.forEach(each -> now.set(
                each.partition(),
                consumer.position(each)
                        - untrained.of(each.partition(), done)
                        - filler.held(each.partition(), filling)));
        measureLag(now);
        shown.trained(now);
    }

    /** Asks the broker now and then, because a consumer that is paused does not hear how far a topic has grown. */
    private void measureLag(List<Long> trainedUpTo) {
        if (System.nanoTime() - lookedAt < LAG_NANOS && !lag.isEmpty()) {
            return;
        }
        try {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, BROKER_PATIENCE);
            noticeGrowth(
                    consumer.partitionsFor(config.viewsTopic(), BROKER_PATIENCE).size());
            List<Long> left = new ArrayList<>(Collections.nCopies(all, 0L));
            partitions.forEach(each ->
                    left.set(each.partition(), Math.max(0, ends.get(each) - trainedUpTo.get(each.partition()))));
            lag = List.copyOf(left);
        } catch (TimeoutException brokerAway) {
            LOG.debug("lag not measured topic={} reason={}", config.viewsTopic(), brokerAway.getMessage());
        }
        lookedAt = System.nanoTime();
    }

    private void noticeGrowth(int partitionsNow) {
        if (partitionsNow > all && !grown) {
            grown = true;
            LOG.warn(
                    "topic was given more partitions, and views in those are not trained topic={} partitions={}"
                            + " partitionsOfTheRun={}: create a topic with that many, and begin another run on it",
                    config.viewsTopic(),
                    partitionsNow,
                    all);
        }
    }

    /** Records of each partition that are not yet trained, as of a few seconds ago; empty before they were counted. */
    List<Long> lag() {
        return lag;
    }

    /** Partitions of the topic. */
    int partitions() {
        return all;
    }

    /** Records that a job repeated and that were passed over. */
    long repetitions() {
        return repetitions;
    }

    /** View pairs that lie ready for the next block. */
    int gathered() {
        return gathered;
    }

    /** Makes {@link #run} end by an exception soon; for other threads. */
    void stop() {
        logged.stop();
        consumer.wakeup();
    }

    /** For the thread that ran {@link #run}, or for one that knows that it has ended. */
    @Override
    public void close() {
        logged.close();
        shown.end();
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
