package io.streamclr.ingest.publish;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Kafka's producers, as images are sent by them. */
final class ImageProducers {

    private static final int BATCH_BYTES = 512 << 10;

    private ImageProducers() {}

    /** For who sends each image by itself. */
    static Producer<byte[], byte[]> alone(KafkaConnection kafka, int maxMessageBytes) {
        return producer(settings(kafka, maxMessageBytes));
    }

    /** For who sends in transactions, and ends by its first one those of everybody else. */
    static Producer<byte[], byte[]> inTurns(KafkaConnection kafka, String topic, int maxMessageBytes) {
        Map<String, Object> settings = new HashMap<>(settings(kafka, maxMessageBytes));
        settings.put("transactional.id", SharedTopic.transactionalId(topic));
        settings.put("transaction.timeout.ms", (int) InTurns.TRANSACTION_TIMEOUT.toMillis());
        settings.put("max.block.ms", 50_000); // with the attempts before, about what one takes who is alone
        settings.put("delivery.timeout.ms", 50_000);
        return producer(settings);
    }

    private static Producer<byte[], byte[]> producer(Map<String, Object> settings) {
        try {
            return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
        } catch (KafkaException wrong) {
            Throwable cause = wrong.getCause() == null ? wrong : wrong.getCause();
            throw new RefusalException("The Kafka client cannot start: " + cause.getMessage(), wrong);
        }
    }

    static Map<String, Object> settings(KafkaConnection kafka, int maxMessageBytes) {
        return kafka.with(Map.of(
                "acks",
                "all",
                "enable.idempotence",
                "true",
                "compression.type",
                "none", // image formats are compressed
                "linger.ms",
                20,
                "batch.size",
                BATCH_BYTES,
                "buffer.memory",
                Math.max(share(16 << 20) * 4L, maxMessageBytes + 2L * BATCH_BYTES),
                "max.request.size",
                maxMessageBytes,
                "max.block.ms",
                120_000,
                "delivery.timeout.ms",
                120_000));
    }

    /** So many bytes, or less where memory is small. */
    static int share(int bytes) {
        return (int) Math.max(1 << 20, Math.min(bytes, Runtime.getRuntime().maxMemory() / 16));
    }
}
