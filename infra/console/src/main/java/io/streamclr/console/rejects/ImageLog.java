package io.streamclr.console.rejects;

import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.source.ImagesFormat;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads single images out of the topic of images. For one thread. */
final class ImageLog implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;

    ImageLog(KafkaConnection kafka, String topic) {
        this.consumer = LogConsumer.committed(kafka, Map.of());
        this.topic = topic;
    }

    /** The record of an image; empty if the topic no longer holds it. */
    Optional<ConsumerRecord<byte[], byte[]>> at(RejectPlace place) {
        TopicPartition partition = new TopicPartition(topic, place.partition());
        consumer.assign(List.of(partition));
        consumer.seek(partition, place.offset());
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (consumer.position(partition) == place.offset() && System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    return record.offset() == place.offset() && record.value() != null
                            ? Optional.of(record)
                            : Optional.empty();
                }
            }
            return Optional.empty();
        } catch (InvalidOffsetException expired) {
            return Optional.empty();
        }
    }

    /** The encoded image in a record's value; empty where the value is not of the format. */
    static Optional<byte[]> encoded(byte[] value, ImagesFormat format) {
        if (format == ImagesFormat.BYTES) {
            return Optional.of(value);
        }
        try {
            return Optional.of(bytes(WireFormat.ENCODED_IMAGE.decode(value).getEncoded()));
        } catch (ForeignRecordException foreign) {
            return Optional.empty();
        }
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
