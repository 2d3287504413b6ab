package io.streamclr.schemas.topic;

import io.streamclr.schemas.RefusalException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How a topic is read as a log: partitions and offsets by hand, in no group, never from a place that was not asked for,
 * and no topic is created by the asking.
 */
public final class LogConsumer {

    private LogConsumer() {}

    /** A consumer that sees what transactions committed; {@code more} are settings of this one. */
    public static KafkaConsumer<byte[], byte[]> committed(KafkaConnection kafka, Map<String, ?> more) {
        return open(kafka, "read_committed", more);
    }

    /** A consumer that sees every record, whether or not its writer lived to end the transaction. */
    public static KafkaConsumer<byte[], byte[]> everything(KafkaConnection kafka, Map<String, ?> more) {
        return open(kafka, "read_uncommitted", more);
    }

    private static KafkaConsumer<byte[], byte[]> open(KafkaConnection kafka, String isolation, Map<String, ?> more) {
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
        return new KafkaConsumer<>(kafka.with(settings), new ByteArrayDeserializer(), new ByteArrayDeserializer());
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
