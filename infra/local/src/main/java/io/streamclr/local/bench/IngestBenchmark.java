package io.streamclr.local.bench;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.ingest.Ingest;
import io.streamclr.ingest.IngestConfig;
import io.streamclr.ingest.IngestListener;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Ingest as a user runs it, and beside it two bare producers that send the same keys and values to the same partitions
 * from memory: one with the settings of ingest, and one with Kafka's own but for the size of a message.
 * They take turns, each into a topic of its own, so that all see the machine in the same mood.
 *
 * @param turns of each that count, after those to warm up; 1 or more
 */
record IngestBenchmark(Path images, int turns) {

    private static final int PARTITIONS = 4;
    private static final int KAFKAS_SEND_BUFFER_BYTES = 128 << 10;
    /** Turns until Java's compilers are done with most of it. */
    private static final int WARM_UP = 3;

    /**
     * Medians of the turns.
     *
     * @param messageBytes of an image with its envelope, on average
     * @param rawPerSecond with the settings of ingest
     * @param plainPerSecond with Kafka's settings
     * @param images sent in each turn
     */
    record Figures(
            double imagesPerSecond, double rawPerSecond, double plainPerSecond, double messageBytes, int images) {}

    private record Message(int partition, byte[] key, byte[] value) {}

    /**
     * Measures with this broker, in topics that are deleted again.
     *
     * @throws RefusalException if there is no image, or the broker fails
     */
    Figures measure(KafkaConnection kafka) {
        String name = "streamclr-bench-" + UUID.randomUUID();
        try (Topics topics = Topics.at(kafka)) {
            List<Message> messages = in(name, topics, topic -> {
                ingest(kafka, topic);
                return read(kafka, topics, topic);
            });
            if (messages.isEmpty()) {
                throw new RefusalException("No image lies under " + images + "; name a folder of images");
            }
            List<Double> ours = new ArrayList<>();
            List<Double> bare = new ArrayList<>();
            List<Double> plain = new ArrayList<>();
            Map<String, Object> plainSettings = kafka.with(
                    Map.of("max.request.size", Topic.MAX_MESSAGE_BYTES, "send.buffer.bytes", KAFKAS_SEND_BUFFER_BYTES));
            for (int turn = 0; turn < WARM_UP + turns; turn++) {
                double withOurs = messages.size() / in(name + "-ours-" + turn, topics, topic -> ingest(kafka, topic));
                double withBare = messages.size()
                        / in(
                                name + "-bare-" + turn,
                                topics,
                                topic -> produce(ImageTopic.settings(kafka), topic, messages));
                double withPlain = messages.size()
                        / in(name + "-plain-" + turn, topics, topic -> produce(plainSettings, topic, messages));
                if (turn >= WARM_UP) {
                    plain.add(withPlain);
                    ours.add(withOurs);
                    bare.add(withBare);
                }
            }
            double bytes = messages.stream()
                    .mapToInt(message -> message.value().length)
                    .average()
                    .orElseThrow();
            return new Figures(median(ours), median(bare), median(plain), bytes, messages.size());
        }
    }

    /** Does something in a topic that is there for no longer. */
    private static <T> T in(String name, Topics topics, Function<String, T> work) {
        topics.create(Topic.IMAGES, name, PARTITIONS);
        try {
            return work.apply(name);
        } finally {
            topics.delete(name);
        }
    }

    /** Returns seconds. */
    private double ingest(KafkaConnection kafka, String topic) {
        long begin = System.nanoTime();
        Ingest.run(
                IngestConfig.of(List.of(images), kafka).into(topic),
                IngestListener.silent(),
                new SimpleMeterRegistry());
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Returns seconds, with the start of the producer, as of ingest. */
    @SuppressWarnings("FutureReturnValueIgnored") // flush waits for all
    private static double produce(Map<String, Object> settings, String topic, List<Message> messages) {
        long begin = System.nanoTime();
        try (Producer<byte[], byte[]> producer =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            for (Message message : messages) {
                producer.send(new ProducerRecord<>(topic, message.partition(), message.key(), message.value()));
            }
            producer.flush();
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    private static List<Message> read(KafkaConnection kafka, Topics topics, String topic) {
        Map<TopicPartition, Long> open = new HashMap<>();
        topics.end(topic).forEach((partition, end) -> open.put(new TopicPartition(topic, partition), end));
        List<Message> messages = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                kafka.with(Map.of("enable.auto.commit", "false")),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(open.keySet());
            consumer.seekToBeginning(open.keySet());
            while (open.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> messages.add(new Message(record.partition(), record.key(), record.value())));
            }
        }
        Collections.shuffle(messages, new Random(1)); // the partitions in turns, as ingest sends
        return messages;
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }
}
