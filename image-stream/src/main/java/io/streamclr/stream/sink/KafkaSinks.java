package io.streamclr.stream.sink;

import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import java.util.Properties;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.KafkaSinkBuilder;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.kafka.clients.producer.ProducerConfig;

/** The sinks of a job. */
public final class KafkaSinks {

    /** Below the 15 minutes that a broker allows unless configured otherwise. */
    private static final int TRANSACTION_TIMEOUT_MS = 10 * 60 * 1000;

    private KafkaSinks() {}

    /** Writes every record at least once; after a crash some come twice, with the same origin. */
    public static KafkaSink<Outgoing> writingAtLeastOnce(
            KafkaConnection connection, OutgoingSerializer topics, Compression compression) {
        return builder(connection, topics, compression)
                .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
                .build();
    }

    /**
     * Writes in transactions that end with each checkpoint, for topics that are read {@code read_committed}.
     *
     * @param ids begins the transactional ids; no other job has it
     */
    public static KafkaSink<Outgoing> writingExactlyOnce(
            KafkaConnection connection, OutgoingSerializer topics, Compression compression, String ids) {
        return builder(connection, topics, compression)
                .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
                .setTransactionalIdPrefix(ids)
                .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
                .setProperty(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Integer.toString(TRANSACTION_TIMEOUT_MS))
                .build();
    }

    private static KafkaSinkBuilder<Outgoing> builder(
            KafkaConnection connection, OutgoingSerializer topics, Compression compression) {
        Properties producer = new Properties();
        producer.putAll(connection.properties());
        producer.put(ProducerConfig.ACKS_CONFIG, "all");
        producer.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
        producer.put(ProducerConfig.BATCH_SIZE_CONFIG, Integer.toString(1 << 20));
        producer.put(ProducerConfig.LINGER_MS_CONFIG, "10");
        producer.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Long.toString(64L << 20));
        producer.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(Topic.MAX_MESSAGE_BYTES));
        if (compression != Compression.NONE) {
            producer.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression.toString());
        }
        producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, "60000");
        // Flink would register each of Kafka's metrics once for every sink and warn of every name it has seen.
        producer.put("register.producer.metrics", "false");
        return KafkaSink.<Outgoing>builder()
                .setBootstrapServers(connection.bootstrapServers())
                .setKafkaProducerConfig(producer)
                .setRecordSerializer(topics);
    }
}
