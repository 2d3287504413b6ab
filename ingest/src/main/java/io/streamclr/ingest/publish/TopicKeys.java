package io.streamclr.ingest.publish;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads which images a topic has. */
final class TopicKeys {

    private static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);

    private TopicKeys() {}

    /**
     * The ids of the images that are in the topic now. Kafka hands out keys only together with their values, so the
     * whole topic travels once; the values are dropped unread. Keys that are no image id are other people's and are
     * passed over.
     *
     * @param topics of the same broker
     * @param pictureHashes is given those that images were sent with
     * @throws RefusalException if the broker falls silent
     */
    static ImageIdSet read(
            KafkaConnection kafka, Topics topics, String topic, LongConsumer pictureHashes, ReadingListener listener) {
        Map<TopicPartition, Long> ends = new HashMap<>();
        long total = 0;
        Map<Integer, Long> beginning = topics.beginning(topic);
        for (Map.Entry<Integer, Long> end : topics.end(topic).entrySet()) {
            long records = end.getValue() - beginning.get(end.getKey());
            if (records > 0) {
                ends.put(new TopicPartition(topic, end.getKey()), end.getValue());
                total += records;
            }
        }
        if (ends.isEmpty()) {
            return ImageIdSet.expecting(0);
        }
        Map<String, Object> settings = kafka.with(Map.of(
                "enable.auto.commit", "false",
                "auto.offset.reset", "earliest", // retention may overtake us
                "isolation.level", "read_committed",
                "allow.auto.create.topics", "false",
                "fetch.max.bytes", 16 << 20,
                "max.partition.fetch.bytes", 8 << 20,
                "max.poll.records", 5000));
        try (Consumer<byte[], Void> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new Dropped())) {
            return drain(consumer, ends, total, pictureHashes, listener);
        } catch (KafkaException failed) {
            throw new RefusalException(
                    "Topic " + topic + " at " + kafka.bootstrapServers()
                            + " cannot be read to learn which images it has: " + failed.getMessage(),
                    failed);
        }
    }

    /**
     * Reads from the beginning up to these positions.
     *
     * @param ends positions above the beginnings
     * @param total about how many records there are
     */
    static ImageIdSet drain(
            Consumer<byte[], Void> consumer,
            Map<TopicPartition, Long> ends,
            long total,
            LongConsumer pictureHashes,
            ReadingListener listener) {
        Map<TopicPartition, Long> open = new HashMap<>(ends);
        ImageIdSet ids = ImageIdSet.expecting(total);
        consumer.assign(open.keySet());
        consumer.seekToBeginning(open.keySet());
        long read = 0;
        long lastProgress = System.nanoTime();
        while (!open.isEmpty()) {
            ConsumerRecords<byte[], Void> records = consumer.poll(Duration.ofMillis(500));
            for (ConsumerRecord<byte[], Void> record : records) {
                add(record.key(), ids);
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
                        + " s while " + open.keySet()
                        + " was read to learn which images it has; see whether it is well,"
                        + " or start with --no-check");
            }
        }
        return ids;
    }

    private static void add(byte[] key, ImageIdSet ids) {
        if (key != null && key.length == 32) {
            try {
                ids.add(ImageId.parse(new String(key, StandardCharsets.US_ASCII)));
            } catch (IllegalArgumentException foreign) {
                return;
            }
        }
    }

    /** Leaves a value where it is, in the buffer that was fetched. */
    private static final class Dropped implements Deserializer<Void> {
        @Override
        public Void deserialize(String topic, byte[] data) {
            return null;
        }

        @Override
        public Void deserialize(String topic, Headers headers, ByteBuffer data) {
            return null;
        }
    }
}
