package io.streamclr.trainer.feed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.feed.FeedPosition.Reading;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the topic of views into blocks, on a thread of its own, for as long as there is memory for another block. */
final class Fetcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Fetcher.class);
    private static final Duration POLL = Duration.ofMillis(100);
    /** How long commits are served before memory is looked for again: a block of small views is cut in no time. */
    private static final Duration BRIEFLY = Duration.ofMillis(10);

    private static final long SILENCE_NANOS = Duration.ofSeconds(30).toNanos();

    private static final List<Long> NOTHING = List.of();

    private final FeedConfig config;
    private final RunHistory history;
    private final List<TopicPartition> partitions;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final BlockFiller filler;
    private final AtomicReference<List<Long>> trained = new AtomicReference<>(NOTHING);
    private final TopicWatch watch;
    private long heardAt = System.nanoTime();
    private boolean commitsFail;
    private volatile long repetitions;

    /**
     * @param readings where each partition goes on
     * @param shape what all views have in common, {@link ViewShape#UNKNOWN} if the first one decides
     */
    Fetcher(FeedConfig config, List<Reading> readings, ViewShape shape, RunHistory history) {
        this.config = config;
        this.history = history;
        partitions = IntStream.range(0, readings.size())
                .mapToObj(partition -> new TopicPartition(config.viewsTopic(), partition))
                .toList();
        filler = new BlockFiller(readings, config.blockPairs(), new ViewReader(shape));
        watch = new TopicWatch(config.kafka(), config.viewsTopic());
        Map<String, Object> settings = new HashMap<>(Map.of(
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class,
                ConsumerConfig.GROUP_ID_CONFIG,
                config.monitoringGroup(),
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"));
        // Small helpings: partitions alternate finely, and views of 300 KB do not flood the heap.
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 << 20);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 2 << 20);
        consumer = new KafkaConsumer<>(config.kafka().with(settings));
        consumer.assign(partitions);
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
        for (long number = firstBlock; ; number++) {
            BlockMemory memory = free.poll();
            while (memory == null) {
                consumer.pause(partitions);
                poll(BRIEFLY);
                memory = free.poll();
            }
            begin(number, memory);
            heardAt = System.nanoTime();
            while (!fill()) {
                for (TopicPartition each : partitions) {
                    if (filler.wants(each.partition())) {
                        consumer.resume(List.of(each));
                    } else {
                        consumer.pause(List.of(each));
                    }
                }
                poll(POLL);
                noticeSilence();
            }
            full.accept(filler.block());
        }
    }

    private boolean fill() {
        boolean full = filler.fill(System.nanoTime());
        repetitions = filler.repetitions();
        return full;
    }

    private void begin(long number, BlockMemory memory) {
        history.block(number)
                .ifPresentOrElse(ranges -> filler.begin(number, memory, ranges), () -> filler.begin(number, memory));
    }

    private void poll(Duration most) {
        commitTrained();
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = consumer.poll(most);
        } catch (OffsetOutOfRangeException gone) {
            Map.Entry<TopicPartition, Long> first =
                    gone.offsetOutOfRangePartitions().entrySet().iterator().next();
            throw expired(config, first.getKey().partition(), first.getValue());
        } catch (AuthorizationException forbidden) {
            throw new RefusalException(
                    "Topic " + config.viewsTopic() + " may not be read: " + forbidden.getMessage()
                            + "; give the user of the --kafka-config file the right to read it",
                    forbidden);
        }
        if (!records.isEmpty()) {
            heardAt = System.nanoTime();
            records.forEach(filler::offer);
        }
    }

    /** The refusal to go on where views were deleted before they were trained. */
    static RefusalException expired(FeedConfig config, int partition, long offset) {
        return new RefusalException("Run " + config.runId() + " needs offset " + offset + " of partition " + partition
                + " of topic " + config.viewsTopic() + " next, and the topic no longer has it; keep views longer"
                + " (retention.ms of the topic), and begin another run, since this one cannot go on without a gap");
    }

    private void noticeSilence() {
        if (System.nanoTime() - heardAt > SILENCE_NANOS) {
            watch.requireTopic();
            LOG.info(
                    "waiting for views topic={} repetitionsPassedOver={} slowPartitions={}",
                    config.viewsTopic(),
                    filler.repetitions(),
                    filler.slowPartitions());
            heardAt = System.nanoTime();
        }
    }

    /** Has these offsets shown to lag monitors, soon. */
    void show(List<Long> trainedOffsets) {
        trained.set(trainedOffsets);
    }

    private void commitTrained() {
        List<Long> upTo = trained.getAndSet(NOTHING);
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (int partition = 0; partition < upTo.size(); partition++) {
            offsets.put(partitions.get(partition), new OffsetAndMetadata(upTo.get(partition)));
        }
        if (offsets.isEmpty()) {
            return;
        }
        consumer.commitAsync(offsets, (shown, failure) -> {
            if (failure instanceof RetriableException) {
                // A broker that has just started has no coordinator yet; newer offsets go first.
                trained.compareAndSet(NOTHING, upTo);
            } else if (failure != null && !commitsFail) {
                commitsFail = true;
                LOG.warn(
                        "trained offsets are not shown to lag monitors group={} reason={}",
                        config.monitoringGroup(),
                        failure.getMessage());
            }
        });
    }

    /** Records that a job repeated and that were passed over. */
    long repetitions() {
        return repetitions;
    }

    /** Makes {@link #run} end by an exception soon; for other threads. */
    void stop() {
        consumer.wakeup();
    }

    /** For the thread that ran {@link #run}, or for one that knows that it has ended. */
    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    }
}
