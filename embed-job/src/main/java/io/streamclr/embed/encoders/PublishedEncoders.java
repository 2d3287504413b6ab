package io.streamclr.embed.encoders;

import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What topic {@code encoders} holds now.
 *
 * @param newestFirst the announced encoders
 * @param end offset after the last record that was read
 */
record PublishedEncoders(List<EncoderPublished> newestFirst, long end) {

    private static final Logger LOG = LoggerFactory.getLogger(PublishedEncoders.class);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** @throws io.streamclr.schemas.RefusalException if the topic cannot be read */
    static PublishedEncoders read(KafkaConnection kafka, String topic) {
        TopicPartition partition = new TopicPartition(topic, 0);
        return LogConsumer.reading(topic, () -> {
            try (KafkaConsumer<byte[], byte[]> consumer = LogConsumer.everything(kafka, Map.of())) {
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                long end = consumer.endOffsets(List.of(partition), PATIENCE).get(partition);
                List<EncoderPublished> found = new ArrayList<>();
                LogConsumer.readTo(consumer, Map.of(partition, end), PATIENCE, read -> add(read, found));
                found.sort(
                        Comparator.comparing(EncoderPublished::getPublishedAt).reversed());
                return new PublishedEncoders(List.copyOf(found), end);
            }
        });
    }

    private static void add(ConsumerRecord<byte[], byte[]> read, List<EncoderPublished> found) {
        if (read.value() == null) {
            return; // a run that was taken out
        }
        try {
            found.add(WireFormat.ENCODER_PUBLISHED.decode(read.value()));
        } catch (ForeignRecordException foreign) {
            LOG.warn(
                    "record passed over topic={} offset={} reason=\"{}\"",
                    read.topic(),
                    read.offset(),
                    foreign.getMessage());
        }
    }
}
