package io.streamclr.stream.source;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads the partitions of one subtask, in the fetcher's thread. A pass is over when the consumer's position reaches the
 * end, not when the last record is seen: what ends a range may be a control marker that no one ever sees.
 */
final class PassReader implements SplitReader<RawImage, PartitionSplit> {

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LIMITED_POLL = Duration.ofMillis(50);
    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration FAREWELL = Duration.ofSeconds(1);
    private static final byte[] NOTHING = {};

    /** Images that are given from memory at once, as many as a poll gives. */
    private static final int MOST_REMEMBERED = 32;

    private final String topic;
    private final Passes passes;
    private final AheadLimit limit;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, PassProgress> courses = new HashMap<>();
    private long lastHeard = System.nanoTime();

    PassReader(Properties settings, String topic, Passes passes, AheadLimit limit) {
        this.topic = topic;
        this.passes = passes;
        this.limit = limit;
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    @Override
    public RecordsWithSplitIds<RawImage> fetch() throws IOException {
        RecordsBySplits.Builder<RawImage> batch = new RecordsBySplits.Builder<>();
        try {
            finish(batch);
            if (courses.isEmpty()) {
                return batch.build();
            }
            limit.apply(consumer, repeated());
            boolean remembered = remember(batch);
            ConsumerRecords<byte[], byte[]> polled = consumer.poll(remembered ? Duration.ZERO : patience());
            for (TopicPartition partition : polled.partitions()) {
                take(partition, polled.records(partition), batch);
            }
            courses.forEach(this::turn);
            finish(batch);
            requireAnswer(polled.isEmpty());
        } catch (WakeupException woken) {
            return batch.build();
        } catch (InvalidOffsetException gone) {
            throw new SuppressRestartsException(new RefusalException(
                    "Topic " + topic + " no longer holds the images to go on from (" + gone.getMessage()
                            + "); keep it longer (retention.ms) or start anew without the checkpoints",
                    gone));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        return batch.build();
    }

    private Set<Integer> repeated() {
        return courses.values().stream()
                .filter(PassProgress::repeats)
                .map(course -> course.split().partition())
                .collect(Collectors.toSet());
    }

    private Duration patience() {
        return limit.limited() ? LIMITED_POLL : POLL;
    }

    /** Gives what needs no broker; the consumer stands still where that is so. */
    private boolean remember(RecordsBySplits.Builder<RawImage> batch) {
        boolean any = false;
        for (Map.Entry<TopicPartition, PassProgress> each : courses.entrySet()) {
            TopicPartition partition = each.getKey();
            PassProgress course = each.getValue();
            if (course.fromMemory()) {
                consumer.pause(Set.of(partition));
                List<RawImage> images = course.remembered(
                        Math.min(MOST_REMEMBERED, limit.room(partition.partition(), course.repeats())));
                images.forEach(image -> batch.add(course.split().splitId(), image));
                limit.took(partition.partition(), images.size());
                any |= !images.isEmpty();
                if (!course.fromMemory()) {
                    consumer.seek(partition, course.split().begin());
                    consumer.resume(Set.of(partition));
                }
            }
        }
        return any;
    }

    private void take(
            TopicPartition partition,
            List<ConsumerRecord<byte[], byte[]>> records,
            RecordsBySplits.Builder<RawImage> batch) {
        PassProgress course = courses.get(partition);
        long room = limit.room(partition.partition(), course.repeats());
        int taken = 0;
        for (ConsumerRecord<byte[], byte[]> read : records) {
            if (course.bounded() && read.offset() >= course.split().end()) {
                break;
            }
            if (taken == room) {
                consumer.seek(partition, read.offset());
                break;
            }
            byte[] value = read.value() == null ? NOTHING : read.value();
            batch.add(course.split().splitId(), course.read(read.offset(), read.timestamp(), value));
            taken++;
        }
        limit.took(partition.partition(), taken);
    }

    /** At the end of a pass back to the begin. */
    private void turn(TopicPartition partition, PassProgress course) {
        if (course.turn(consumer.position(partition))) {
            consumer.seek(partition, course.split().begin());
        }
    }

    /** Lets go of partitions whose last pass is over. */
    private void finish(RecordsBySplits.Builder<RawImage> batch) {
        List<TopicPartition> over = new ArrayList<>();
        courses.forEach((partition, course) -> {
            if (course.over(consumer.position(partition))) {
                over.add(partition);
            }
        });
        for (TopicPartition partition : over) {
            batch.addFinishedSplit(courses.remove(partition).split().splitId());
        }
        if (!over.isEmpty()) {
            consumer.assign(courses.keySet());
        }
    }

    /** A consumer waits for a broker that is gone for ever; somebody has to ask. */
    private void requireAnswer(boolean silent) {
        long now = System.nanoTime();
        if (!silent) {
            lastHeard = now;
        } else if (now - lastHeard > QUIET_NANOS) {
            consumer.endOffsets(courses.keySet(), PATIENCE);
            lastHeard = System.nanoTime();
        }
    }

    @Override
    public void handleSplitsChanges(SplitsChange<PartitionSplit> added) {
        Map<TopicPartition, PartitionSplit> arrived = new HashMap<>();
        for (PartitionSplit split : added.splits()) {
            if (!split.topic().equals(topic)) {
                throw new SuppressRestartsException(new RefusalException("The checkpoint is of topic " + split.topic()
                        + ", but the job reads " + topic + "; name another folder of checkpoints"));
            }
            arrived.put(new TopicPartition(topic, split.partition()), split);
        }
        arrived.forEach((partition, split) -> courses.put(partition, new PassProgress(split, passes)));
        consumer.assign(courses.keySet());
        arrived.forEach((partition, split) -> {
            consumer.seek(partition, split.next());
            turn(partition, courses.get(partition));
        });
    }

    @Override
    public void wakeUp() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(FAREWELL));
        limit.close();
    }
}
