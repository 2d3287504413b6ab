package io.streamclr.console.rejects;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.RejectedImage;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * What the topic of rejects says: rejected images, and notes that one was sent in again. A note is a record without a
 * value; its header names the image.
 */
final class RejectLog {

    /** Header of a note. */
    static final String REDRIVEN = "streamclr.redriven";

    private static final Duration SILENCE = Duration.ofSeconds(15);

    private RejectLog() {}

    /**
     * All rejects, by the place of their image.
     *
     * @throws RefusalException if the topic is missing, cannot be read to its end, or holds something else
     */
    static SortedMap<RejectPlace, Reject> read(KafkaConnection kafka, String topic) {
        SortedMap<RejectPlace, Reject> rejects = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = LogConsumer.committed(kafka, Map.of())) {
            List<TopicPartition> partitions = partitions(kafka, topic);
            return LogConsumer.reading(topic, () -> {
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, SILENCE);
                LogConsumer.readTo(consumer, ends, SILENCE, record -> note(record, rejects));
                return rejects;
            });
        }
    }

    private static List<TopicPartition> partitions(KafkaConnection kafka, String topic) {
        try (Topics topics = Topics.at(kafka)) {
            return topics.beginning(topic).keySet().stream()
                    .map(partition -> new TopicPartition(topic, partition))
                    .toList();
        }
    }

    private static void note(ConsumerRecord<byte[], byte[]> record, Map<RejectPlace, Reject> rejects) {
        Header redriven = record.headers().lastHeader(REDRIVEN);
        if (record.value() == null && redriven != null) {
            rejects.computeIfPresent(RejectPlace.parse(redriven.value()), (place, reject) -> reject.sentAgain());
            return;
        }
        try {
            RejectedImage image =
                    WireFormat.REJECTED_IMAGE.decode(record.value() == null ? new byte[0] : record.value());
            Instant at = Instant.ofEpochMilli(record.timestamp());
            rejects.merge(
                    RejectPlace.of(image.getOrigin()), Reject.first(image, at), (known, again) -> known.and(image, at));
        } catch (ForeignRecordException foreign) {
            throw new RefusalException(
                    "The record at " + record.topic() + ", partition " + record.partition() + ", offset "
                            + record.offset() + " is " + foreign.getMessage()
                            + "; name another topic with --rejects-topic",
                    foreign);
        }
    }
}
