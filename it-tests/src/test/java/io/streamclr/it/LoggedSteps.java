package io.streamclr.it;

import io.streamclr.schemas.topic.KafkaConnection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How many steps trainers have logged so far. Offsets do not tell: the marks of owners and of transactions have some. */
final class LoggedSteps implements AutoCloseable {

    private static final Duration GLANCE = Duration.ofMillis(20);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private long steps;

    private LoggedSteps(KafkaConsumer<byte[], byte[]> consumer) {
        this.consumer = consumer;
    }

    /** Counts from the beginning of a topic that is there. */
    static LoggedSteps in(KafkaConnection kafka, String topic) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                kafka.with(Map.of("enable.auto.commit", false, "reconnect.backoff.max.ms", 100)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition only = new TopicPartition(topic, 0);
        consumer.assign(List.of(only));
        consumer.seek(only, 0);
        return new LoggedSteps(consumer);
    }

    long count() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(GLANCE)) {
            steps += record.key() == null ? 0 : 1;
        }
        return steps;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
