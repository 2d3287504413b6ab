package io.streamclr.stream.source;

import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Finds what partitions end with, as readers of committed records see them. For one thread. */
public final class LastRecord implements AutoCloseable {

    /** How far before the end the last record is looked for; transactions end with markers that are no records. */
    private static final long[] STEPS_BACK = {1, 16, 256, 4096};

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final KafkaConsumer<byte[], byte[]> consumer;

    public LastRecord(KafkaConnection connection) {
        this.consumer = LogConsumer.committed(connection, Map.of());
    }

    /**
     * The last record of a partition; empty where there is none, or none near the end.
     *
     * @throws org.apache.kafka.common.KafkaException if the broker does not answer
     */
    public Optional<ConsumerRecord<byte[], byte[]>> of(TopicPartition partition) {
        consumer.assign(Set.of(partition));
        long begin = consumer.beginningOffsets(Set.of(partition), PATIENCE).get(partition);
        long end = consumer.endOffsets(Set.of(partition), PATIENCE).get(partition);
        for (long step : STEPS_BACK) {
            Optional<ConsumerRecord<byte[], byte[]>> last = lastBetween(partition, Math.max(begin, end - step), end);
            if (last.isPresent()) {
                return last;
            }
        }
        return Optional.empty();
    }

    private Optional<ConsumerRecord<byte[], byte[]>> lastBetween(TopicPartition partition, long from, long end) {
        AtomicReference<ConsumerRecord<byte[], byte[]>> last = new AtomicReference<>();
        consumer.seek(partition, from);
        LogConsumer.readTo(consumer, Map.of(partition, end), PATIENCE, last::set);
        return Optional.ofNullable(last.get());
    }

    @Override
    public void close() {
        consumer.close();
    }
}
