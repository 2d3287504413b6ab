package io.streamclr.schemas.topic;

import io.streamclr.schemas.RefusalException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * How a topic is read as a log: partitions and offsets by hand, in no group, never from a place that was not asked for,
 * and no topic is created by the asking.
 */
public final class LogConsumer {

    private static final Duration WAIT = Duration.ofMillis(200);

    private LogConsumer() {}

    /** A consumer that sees what transactions committed; {@code more} are settings of this one. */
    public static KafkaConsumer<byte[], byte[]> committed(KafkaConnection kafka, Map<String, ?> more) {
        return committed(kafka, more, new ByteArrayDeserializer());
    }

    /** The same with values of another kind. */
    public static <V> KafkaConsumer<byte[], V> committed(
            KafkaConnection kafka, Map<String, ?> more, Deserializer<V> values) {
        return open(kafka, "read_committed", more, values);
    }

    /** A consumer that sees every record, whether or not its writer lived to end the transaction. */
    public static KafkaConsumer<byte[], byte[]> everything(KafkaConnection kafka, Map<String, ?> more) {
        return open(kafka, "read_uncommitted", more, new ByteArrayDeserializer());
    }

    private static <V> KafkaConsumer<byte[], V> open(
            KafkaConnection kafka, String isolation, Map<String, ?> more, Deserializer<V> values) {
        Map<String, Object> settings = new TreeMap<>(Map.of(
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "none",
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                isolation));
        settings.putAll(more);
        return new KafkaConsumer<>(kafka.with(settings), new ByteArrayDeserializer(), values);
    }

    /**
     * Reads partitions from where the consumer stands in them up to these offsets. What comes after them is not given, but
     * may have been fetched.
     *
     * @param ends offsets after the last that is read, of partitions that the consumer has
     * @param silence how long the broker may give nothing
     * @throws TimeoutException if it gives nothing for longer
     */
    public static void readTo(
            KafkaConsumer<byte[], byte[]> consumer,
            Map<TopicPartition, Long> ends,
            Duration silence,
            Consumer<ConsumerRecord<byte[], byte[]>> records) {
        long heardAt = System.nanoTime();
        long before = -1;
        while (ends.entrySet().stream().anyMatch(each -> consumer.position(each.getKey()) < each.getValue())) {
            for (ConsumerRecord<byte[], byte[]> read : consumer.poll(WAIT)) {
                if (read.offset() < ends.get(new TopicPartition(read.topic(), read.partition()))) {
                    records.accept(read);
                }
            }
            // Ends of transactions have offsets too, and are given to nobody.
            long position = ends.keySet().stream().mapToLong(consumer::position).sum();
            if (position > before) {
                before = position;
                heardAt = System.nanoTime();
            } else if (System.nanoTime() - heardAt > silence.toNanos()) {
                throw new TimeoutException("the broker sent nothing for " + silence.toSeconds() + " seconds");
            }
        }
    }

    /**
     * Reads, and says in a sentence what the broker had against it.
     *
     * @throws RefusalException if Kafka's client gives up
     */
    public static <T> T reading(String topic, Supplier<T> reads) {
        try {
            return reads.get();
        } catch (InterruptException asked) {
            throw asked; // to stop, which is no fault of the topic
        } catch (KafkaException failed) {
            throw new RefusalException(
                    "Topic " + topic + " cannot be read: " + failed.getMessage()
                            + "; check the broker and the rights on the topic",
                    failed);
        }
    }
}
