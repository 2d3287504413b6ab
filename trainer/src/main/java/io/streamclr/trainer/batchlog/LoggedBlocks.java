package io.streamclr.trainer.batchlog;

import io.streamclr.schemas.record.OriginRange;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ArrivalHeader;
import io.streamclr.trainer.views.Block;
import io.streamclr.trainer.views.BlockMemory;
import io.streamclr.trainer.views.FeedPosition.BlockRange;
import io.streamclr.trainer.views.FeedPosition.Reading;
import io.streamclr.trainer.views.Inbox;
import io.streamclr.trainer.views.Origins;
import io.streamclr.trainer.views.PairFacts;
import io.streamclr.trainer.views.TopicWatch;
import io.streamclr.trainer.views.ViewConsumer;
import io.streamclr.trainer.views.ViewReader;
import io.streamclr.trainer.views.ViewRenderer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes blocks again that were logged: each range from the topic where it still has those very records, and rendered anew
 * from their images where not. For one thread, {@link #stop} apart.
 */
public final class LoggedBlocks implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoggedBlocks.class);
    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final String topic;
    private final Map<Integer, Long> beginning;
    private final Map<Integer, Long> end;
    private final ViewReader reader;
    private final ViewRenderer lost;
    private final TopicWatch watch;
    private final List<TopicPartition> partitions;
    private final KafkaConsumer<byte[], ByteBuffer> consumer;
    private final List<ArrayDeque<ConsumerRecord<byte[], ByteBuffer>>> ahead;
    private final List<Reading> readings;
    private long read;
    private long drawnAgain;
    private long repetitions;
    private boolean writtenAnew;

    /**
     * @param topics of the broker; asked once, here
     * @param readings how far each partition was read before the first block
     */
    public LoggedBlocks(
            KafkaConnection kafka,
            String topic,
            Topics topics,
            List<Reading> readings,
            ViewReader reader,
            ViewRenderer lost) {
        this.topic = topic;
        this.beginning = topics.beginning(topic);
        this.end = topics.end(topic);
        this.readings = new ArrayList<>(readings);
        this.reader = reader;
        this.lost = lost;
        this.watch = new TopicWatch(kafka, topic);
        this.partitions = ViewConsumer.partitions(topic, readings.size());
        this.ahead = IntStream.range(0, readings.size())
                .mapToObj(each -> new ArrayDeque<ConsumerRecord<byte[], ByteBuffer>>())
                .toList();
        // A fetch ahead that finds the end of one partition must not hold up the next partition's.
        this.consumer = ViewConsumer.of(kafka, partitions, Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10));
        partitions.forEach(
                each -> consumer.seek(each, readings.get(each.partition()).nextOffset()));
    }

    /** Makes a block again; its ranges were checked against the topic's partitions before. */
    public Block read(long number, LoggedBlock logged, BlockMemory memory) {
        memory.clear();
        logged.ranges().forEach(range -> readings.set(range.partition(), Reading.from(range.firstOffset())));
        List<Reading> before = List.copyOf(readings);
        for (BlockRange range : logged.ranges()) {
            int records = memory.records();
            if (!fetch(range, memory)) {
                memory.forgetAfter(records);
                draw(range, logged, memory);
            }
        }
        read += memory.records();
        int[] places = IntStream.range(0, memory.records()).toArray();
        return new Block(number, logged.ranges(), before, readings, reader.shape(), memory, places);
    }

    /** Whether the topic had all records of the range as they were logged; some may be in memory even if not. */
    private boolean fetch(BlockRange range, BlockMemory memory) {
        int partition = range.partition();
        if (range.firstOffset() < beginning.get(partition)) {
            return false;
        }
        if (range.lastOffset() >= end.get(partition)) {
            writtenAnew = true;
            return false;
        }
        skipTo(partition, range.firstOffset());
        Inbox inbox = new Inbox(reader, Reading.from(range.firstOffset()));
        Origins found = new Origins();
        boolean first = true;
        for (int taken = 0; taken < range.records(); taken++) {
            while (inbox.isEmpty()) {
                if (ahead.get(partition).isEmpty() && !poll(partition, range.lastOffset())) {
                    return false;
                }
                inbox.add(ahead.get(partition).remove());
            }
            Inbox.Kept kept = inbox.take();
            if ((first && kept.offset() != range.firstOffset()) || kept.offset() > range.lastOffset()) {
                writtenAnew = true;
                return false;
            }
            first = false;
            memory.add(kept.encoded(), kept.facts(), kept.arrivedAt());
            found.add(kept);
        }
        repetitions += inbox.repetitions();
        readings.set(partition, inbox.reading());
        boolean same = inbox.reading().nextOffset() == range.lastOffset() + 1
                && (range.origins().isEmpty() || range.origins().equals(found.ranges()));
        writtenAnew |= !same;
        return same;
    }

    private void skipTo(int partition, long offset) {
        ArrayDeque<ConsumerRecord<byte[], ByteBuffer>> waiting = ahead.get(partition);
        while (!waiting.isEmpty() && waiting.peek().offset() < offset) {
            waiting.remove();
        }
        TopicPartition place = partitions.get(partition);
        if (waiting.isEmpty()
                ? consumer.position(place) != offset
                : waiting.peek().offset() != offset) {
            waiting.clear();
            consumer.seek(place, offset);
        }
    }

    /** Waits for records of a partition; false if there are no more up to that offset, or they expired meanwhile. */
    private boolean poll(int partition, long lastOffset) {
        consumer.pause(partitions);
        consumer.resume(List.of(partitions.get(partition)));
        while (true) {
            if (consumer.position(partitions.get(partition)) > lastOffset) {
                writtenAnew = true;
                return false;
            }
            try {
                for (ConsumerRecord<byte[], ByteBuffer> record : ViewConsumer.poll(consumer, topic, SILENCE)) {
                    ahead.get(record.partition()).add(record);
                }
            } catch (OffsetOutOfRangeException expired) {
                return false;
            }
            if (!ahead.get(partition).isEmpty()) {
                return true;
            }
            watch.requireTopic();
            LOG.info("waiting for views that were logged topic={} partition={}", topic, partition);
        }
    }

    private void draw(BlockRange range, LoggedBlock logged, BlockMemory memory) {
        int records = memory.records();
        ViewRenderer.ExpiredViews gone = new ViewRenderer.ExpiredViews(
                topic,
                range.partition(),
                range.firstOffset(),
                range.lastOffset(),
                logged.recipe(),
                logged.recipeText(),
                range.origins());
        lost.draw(gone, encoded -> {
            ByteBuffer bytes = ByteBuffer.wrap(encoded);
            ViewPair pair = reader.read(
                    new ConsumerRecord<>(topic, range.partition(), range.firstOffset(), new byte[0], bytes));
            memory.add(bytes, PairFacts.of(bytes, pair), ArrivalHeader.UNKNOWN);
        });
        if (memory.records() - records != range.records()) {
            throw new IllegalStateException("Of " + range.records() + " records that were lost "
                    + (memory.records() - records) + " were rendered again");
        }
        OriginRange last = range.origins().get(range.origins().size() - 1);
        readings.set(range.partition(), new Reading(range.lastOffset() + 1, last.getPass(), last.getLastOffset()));
        drawnAgain += range.records();
    }

    /** How far each partition is read. */
    public List<Reading> readings() {
        return List.copyOf(readings);
    }

    /** Records of all blocks so far. */
    public long read() {
        return read;
    }

    /** Records of them that were rendered anew. */
    public long drawnAgain() {
        return drawnAgain;
    }

    /** Records that a job repeated and that were passed over. */
    public long repetitions() {
        return repetitions;
    }

    /** Whether the topic held something else where logged records had been: it is another one of that name. */
    public boolean topicWasWrittenAnew() {
        return writtenAnew;
    }

    /** Makes {@link #read} end by an exception soon; for other threads. */
    public void stop() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
