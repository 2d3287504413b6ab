package io.streamclr.it;

import io.streamclr.local.broker.LocalBroker;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.StoreScope;

/** One real broker in a JVM of its own for all classes that a JVM of tests runs; each test names its own topics. */
public final class RealBroker implements BeforeAllCallback {

    private static volatile LocalBroker broker;

    @Override
    public void beforeAll(ExtensionContext context) {
        // Not the root's, which Surefire makes anew for each class.
        context.getStore(StoreScope.LAUNCHER_SESSION, Namespace.GLOBAL)
                .getOrComputeIfAbsent(Running.class, unused -> new Running(), Running.class);
    }

    /** Lives as long as the test run. */
    static final class Running implements AutoCloseable {

        private final Path home;

        Running() {
            try {
                home = Files.createTempDirectory("streamclr-broker");
            } catch (IOException noTemp) {
                throw new UncheckedIOException(noTemp);
            }
            broker = LocalBroker.start(home);
        }

        @Override
        public void close() {
            broker.close();
            try (Stream<Path> files = Files.walk(home)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException left) {
                throw new UncheckedIOException(left);
            }
        }
    }

    public static KafkaConnection connection() {
        return KafkaConnection.to(broker.bootstrapServers());
    }

    static String address() {
        return broker.bootstrapServers();
    }

    /** Creates a topic under another name than its usual one. */
    public static void create(Topic topic, String name, int partitions) {
        try (Topics topics = Topics.at(connection())) {
            topics.create(topic, name, partitions);
        }
    }

    /** Everything that is committed in a topic now, by partition, in order. */
    static Map<Integer, List<ConsumerRecord<byte[], byte[]>>> read(String topic) {
        int count;
        try (Topics topics = Topics.at(connection())) {
            count = topics.require(topic);
        }
        Map<Integer, List<ConsumerRecord<byte[], byte[]>>> all = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                connection().with(Map.of("enable.auto.commit", false, "isolation.level", "read_committed")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, count)
                    .mapToObj(partition -> new TopicPartition(topic, partition))
                    .toList();
            Map<TopicPartition, Long> end = consumer.endOffsets(partitions); // before a transaction that is open
            partitions.forEach(partition -> all.put(partition.partition(), new ArrayList<>()));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (partitions.stream().anyMatch(partition -> consumer.position(partition) < end.get(partition))) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> all.get(record.partition()).add(record));
            }
        }
        return all;
    }

    /**
     * Sends pictures of 28 pixels in turn to the partitions.
     *
     * @return when the broker dated the newest
     */
    static Instant sendPictures(String topic, int first, int count, int partitions) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        Instant newest = Instant.EPOCH;
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                connection().with(Map.of("acks", "all")), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = first; i < first + count; i++) {
                byte[] image = Pictures.envelope(Pictures.png(i, 28));
                sent.add(producer.send(new ProducerRecord<>(topic, i % partitions, null, image)));
            }
            for (Future<RecordMetadata> each : sent) {
                Instant dated = Instant.ofEpochMilli(each.get().timestamp());
                newest = dated.isAfter(newest) ? dated : newest;
            }
        }
        return newest;
    }

    /** Sends so many records of one byte. */
    public static void sendBytes(String topic, int partition, int count) throws Exception {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                connection().with(Map.of("acks", "all")), new ByteArraySerializer(), new ByteArraySerializer())) {
            for (int i = 0; i < count; i++) {
                sent.add(producer.send(new ProducerRecord<>(topic, partition, null, new byte[] {(byte) i})));
            }
            for (Future<RecordMetadata> each : sent) {
                each.get();
            }
        }
    }

    /** Sends one record of any bytes. */
    public static void send(String topic, int partition, byte[] key, byte[] value) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                connection().with(Map.of("acks", "all")), new ByteArraySerializer(), new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(topic, partition, key, value)).get();
        }
    }
}
