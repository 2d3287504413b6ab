package io.streamclr.trainer.views;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/** How the topic of views is read: every partition by hand, committed records alone, never from a place not asked for. */
public final class ViewConsumer {

    private ViewConsumer() {}

    public static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    /**
     * A consumer of these partitions, whose values are parts of what the broker sent and not copies of it; {@code more} are
     * settings of this one.
     */
    public static KafkaConsumer<byte[], ByteBuffer> of(
            KafkaConnection kafka, List<TopicPartition> partitions, Map<String, ?> more) {
        // Small helpings: partitions alternate finely, and views of 300 KB do not flood the heap.
        Map<String, Object> settings = new TreeMap<>(Map.of(
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 200,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 16 << 20,
                ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 2 << 20));
        settings.putAll(more);
        KafkaConsumer<byte[], ByteBuffer> consumer =
                LogConsumer.committed(kafka, settings, new ByteBufferDeserializer());
        consumer.assign(partitions);
        return consumer;
    }

    /** As the consumer's own; a topic that may not be read is a sentence. */
    public static ConsumerRecords<byte[], ByteBuffer> poll(
            KafkaConsumer<byte[], ByteBuffer> consumer, String topic, Duration most) {
        try {
            return consumer.poll(most);
        } catch (AuthorizationException forbidden) {
            throw new RefusalException(
                    "Topic " + topic + " may not be read: " + forbidden.getMessage()
                            + "; give the user of the --kafka-config file the right to read it",
                    forbidden);
        }
    }
}
