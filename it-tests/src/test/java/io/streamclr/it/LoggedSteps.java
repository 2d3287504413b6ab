package io.streamclr.it;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.streamclr.schemas.topic.KafkaConnection;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How many steps the trainer of a run has logged so far. Offsets do not tell: the marks of owners and of transactions have some. */
final class LoggedSteps implements AutoCloseable {

    private static final Duration GLANCE = Duration.ofMillis(20);

    private final byte[] run;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private long steps;

    private LoggedSteps(String run, KafkaConsumer<byte[], byte[]> consumer) {
        this.run = run.getBytes(UTF_8);
        this.consumer = consumer;
    }

    /** Counts from the beginning of a topic that is there. */
    static LoggedSteps of(String run, KafkaConnection kafka, String topic) {
        KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                kafka.with(Map.of("enable.auto.commit", false, "reconnect.backoff.max.ms", 100)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        TopicPartition only = new TopicPartition(topic, 0);
        consumer.assign(List.of(only));
        consumer.seek(only, 0);
        return new LoggedSteps(run, consumer);
    }

    long count() {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(GLANCE)) {
            steps += Arrays.equals(record.key(), run) ? 1 : 0;
        }
        return steps;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
