package io.streamclr.ingest.publish;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ImageClass;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/**
 * Reads which images a topic has, and later which ones have come since. Kafka hands out keys only together with their
 * values, so the whole topic travels once; of the values only classes with names are looked at. Keys that are no image id are other people's
 * and are passed over. For one thread.
 */
final class TopicKeys implements AutoCloseable {

    /** More than anybody's transaction may stay open. */
    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(90);

    private final KafkaConnection kafka;
    private final Topics topics;
    private final String topic;
    private final Consumer<byte[], ImageClass> consumer;
    /** The offset to go on from, by partition. */
    private final Map<Integer, Long> next = new HashMap<>();

    private TopicKeys(KafkaConnection kafka, Topics topics, String topic, Consumer<byte[], ImageClass> consumer) {
        this.kafka = kafka;
        this.topics = topics;
        this.topic = topic;
        this.consumer = consumer;
    }

    /**
     * Nothing is read yet.
     *
     * @param topics of the same broker
     * @param fetchBytes about how much travels at once
     */
    static TopicKeys of(KafkaConnection kafka, Topics topics, String topic, int fetchBytes) {
        Map<String, Object> settings = kafka.with(Map.of(
                "enable.auto.commit", "false",
                "auto.offset.reset", "earliest", // retention may overtake us
                "isolation.level", "read_committed",
                "allow.auto.create.topics", "false",
                "fetch.max.bytes", fetchBytes,
                "max.partition.fetch.bytes", Math.max(1, fetchBytes / 2),
                "max.poll.records", 5000));
        return new TopicKeys(
                kafka, topics, topic, new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ClassAlone()));
    }

    /**
     * Reads what the topic has now and was not read before, and waits for transactions that are open.
     *
     * @param pictureHashes is given those that images were sent with
     * @throws RefusalException if the broker falls silent
     */
    void read(FoundImages images, LongConsumer pictureHashes, ReadingListener listener) {
        read(topics.end(topic), images, pictureHashes, listener);
    }

    /** The same, up to the oldest transaction that is open. */
    void readCommitted(FoundImages images, LongConsumer pictureHashes, ReadingListener listener) {
        Map<Integer, Long> ends = new HashMap<>();
        List<TopicPartition> all = topics.end(topic).keySet().stream()
                .map(partition -> new TopicPartition(topic, partition))
                .toList();
        try {
            consumer.endOffsets(all).forEach((partition, end) -> ends.put(partition.partition(), end));
        } catch (KafkaException failed) {
            throw unreadable(failed);
        }
        read(ends, images, pictureHashes, listener);
    }

    private void read(
            Map<Integer, Long> ends, FoundImages images, LongConsumer pictureHashes, ReadingListener listener) {
        Map<TopicPartition, Long> open = new HashMap<>();
        long total = 0;
        for (Map.Entry<Integer, Long> beginning : topics.beginning(topic).entrySet()) {
            int partition = beginning.getKey();
            long from = Math.max(beginning.getValue(), next.getOrDefault(partition, 0L));
            long end = ends.getOrDefault(partition, from);
            if (end > from) {
                next.put(partition, from);
                open.put(new TopicPartition(topic, partition), end);
                total += end - from;
            }
        }
        if (open.isEmpty()) {
            return;
        }
        try {
            consumer.assign(open.keySet());
            open.keySet().forEach(partition -> consumer.seek(partition, next.get(partition.partition())));
            drain(consumer, open, total, images, pictureHashes, listener);
        } catch (KafkaException failed) {
            throw unreadable(failed);
        }
        open.forEach((partition, end) -> next.put(partition.partition(), end));
    }

    private RefusalException unreadable(KafkaException failed) {
        return new RefusalException(
                "Topic " + topic + " at " + kafka.bootstrapServers() + " cannot be read to learn which images it has: "
                        + failed.getMessage(),
                failed);
    }

    /** About how many records were not read. */
    long unread() {
        Map<Integer, Long> ends = topics.end(topic);
        return topics.beginning(topic).entrySet().stream()
                .mapToLong(beginning -> ends.getOrDefault(beginning.getKey(), 0L)
                        - Math.max(beginning.getValue(), next.getOrDefault(beginning.getKey(), 0L)))
                .filter(records -> records > 0)
                .sum();
    }

    /** What lies before these offsets is known, by partition. */
    void passOver(Map<Integer, Long> ends) {
        ends.forEach((partition, end) -> next.merge(partition, end, Math::max));
    }

    /**
     * Reads from where the consumer stands up to these positions.
     *
     * @param ends positions of the partitions that are assigned, above where it stands
     * @param total about how many records there are
     */
    static void drain(
            Consumer<byte[], ImageClass> consumer,
            Map<TopicPartition, Long> ends,
            long total,
            FoundImages images,
            LongConsumer pictureHashes,
            ReadingListener listener) {
        Map<TopicPartition, Long> open = new HashMap<>(ends);
        long read = 0;
        long lastProgress = System.nanoTime();
        while (!open.isEmpty()) {
            ConsumerRecords<byte[], ImageClass> records = consumer.poll(Duration.ofMillis(500));
            for (ConsumerRecord<byte[], ImageClass> record : records) {
                if (record.serializedValueSize() >= 0) { // or the key is there, and no image
                    find(record, images);
                }
                if (record.value() != null) {
                    listener.hasClass(record.value().label(), record.value().className());
                }
                PictureHashHeader.in(record.headers()).ifPresent(pictureHashes);
            }
            read += records.count();
            listener.readingTopic(Math.min(read, total), total);
            // Ends are positions and not counts: transaction markers take offsets too.
            List<TopicPartition> done = open.entrySet().stream()
                    .filter(end -> consumer.position(end.getKey()) >= end.getValue())
                    .map(Map.Entry::getKey)
                    .toList();
            if (!done.isEmpty()) {
                done.forEach(open::remove);
                consumer.assign(open.keySet());
            }
            if (!done.isEmpty() || !records.isEmpty()) {
                lastProgress = System.nanoTime();
            } else if (System.nanoTime() - lastProgress > SILENCE_LIMIT.toNanos()) {
                throw new RefusalException("The broker sent nothing for " + SILENCE_LIMIT.toSeconds()
                        + " s while topic "
                        + open.keySet().iterator().next().topic()
                        + " was read to learn which images it has; see whether it is well and whether 'streamclr topics"
                        + " list' names a transaction that is open, or start with --no-check");
            }
        }
    }

    private static void find(ConsumerRecord<byte[], ImageClass> record, FoundImages images) {
        byte[] key = record.key();
        if (key != null && key.length == 32) {
            ImageId id;
            try {
                id = ImageId.parse(new String(key, StandardCharsets.US_ASCII));
            } catch (IllegalArgumentException foreign) {
                return;
            }
            images.found(id, record.partition(), record.offset());
        }
    }

    @Override
    public void close() {
        consumer.close(CloseOptions.timeout(Duration.ZERO));
    }

    /** Leaves a value where it is, in the buffer that was fetched, but for the class that it says; null where it says none. */
    private static final class ClassAlone implements Deserializer<ImageClass> {
        @Override
        public ImageClass deserialize(String topic, byte[] data) {
            return data == null ? null : ImageClass.in(ByteBuffer.wrap(data)).orElse(null);
        }

        @Override
        public ImageClass deserialize(String topic, Headers headers, ByteBuffer data) {
            return data == null ? null : ImageClass.in(data).orElse(null);
        }
    }
}
