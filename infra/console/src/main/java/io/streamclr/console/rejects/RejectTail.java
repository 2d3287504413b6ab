package io.streamclr.console.rejects;

import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.record.RejectedImage;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Follows the topic of rejects from its beginning: counts by reason, and the newest of them. An image that is rejected in
 * several passes counts in each. For one thread.
 */
public final class RejectTail implements AutoCloseable {

    private static final int KEPT = 20;
    private static final Duration BRIEFLY = Duration.ofMillis(50);
    private static final Duration AT_MOST = Duration.ofSeconds(1);

    private final KafkaConnection kafka;
    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<RejectReason, Long> counts = new EnumMap<>(RejectReason.class);
    private final ArrayDeque<Rejection> newest = new ArrayDeque<>();

    /**
     * One rejection.
     *
     * @param place of the image in the topic of images, such as {@code 3:1207}
     * @param source of the image, for people; may be empty
     * @param bytes of the whole image
     */
    public record Rejection(String place, RejectReason reason, String detail, String source, long bytes) {}

    /** A topic that is not there has no rejects until it is. */
    public RejectTail(KafkaConnection kafka, String topic) {
        this.kafka = kafka;
        this.topic = topic;
        consumer = LogConsumer.committed(kafka, Map.of());
    }

    private void assignAll() {
        try (Topics topics = Topics.at(kafka)) {
            List<TopicPartition> partitions = IntStream.range(
                            0, topics.partitions(topic).orElse(0))
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        }
    }

    /** Reads on; returns soon, even if there is more to read. */
    public void follow() {
        if (consumer.assignment().isEmpty()) {
            assignAll();
        }
        if (consumer.assignment().isEmpty()) {
            return;
        }
        long until = System.nanoTime() + AT_MOST.toNanos();
        ConsumerRecords<byte[], byte[]> records = consumer.poll(BRIEFLY);
        while (!records.isEmpty()) {
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.value() != null) {
                    note(record.value());
                }
            }
            records = System.nanoTime() < until ? consumer.poll(BRIEFLY) : ConsumerRecords.empty();
        }
    }

    private void note(byte[] value) {
        try {
            RejectedImage image = WireFormat.REJECTED_IMAGE.decode(value);
            counts.merge(image.getReason(), 1L, Long::sum);
            newest.addFirst(new Rejection(
                    RejectPlace.of(image.getOrigin()).toString(),
                    image.getReason(),
                    image.getDetail(),
                    image.getSource(),
                    image.getEncodedLength()));
            if (newest.size() > KEPT) {
                newest.removeLast();
            }
        } catch (ForeignRecordException foreign) {
            counts.merge(RejectReason.OTHER, 1L, Long::sum);
        }
    }

    /** Rejections so far, by reason. */
    public Map<RejectReason, Long> counts() {
        return Map.copyOf(counts);
    }

    /** The newest, newest first. */
    public List<Rejection> newest() {
        return List.copyOf(newest);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
