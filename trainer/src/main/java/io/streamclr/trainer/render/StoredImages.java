package io.streamclr.trainer.render;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import io.streamclr.schemas.topic.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** The topic of images, which every view can be rendered from again. For one thread. */
public final class StoredImages implements AutoCloseable {

    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final Map<Integer, Long> beginning;
    private final Map<Integer, Long> end;

    /** @throws RefusalException if there is no such topic */
    public StoredImages(KafkaConnection kafka, String topic) {
        this.topic = topic;
        try (Topics topics = Topics.at(kafka)) {
            this.beginning = topics.beginning(topic);
            this.end = topics.end(topic);
        }
        // A fetch ahead that finds the end of one partition must not hold up the next partition's.
        this.consumer = LogConsumer.committed(kafka, Map.of(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, 10));
    }

    /** The topic's name. */
    public String topic() {
        return topic;
    }

    /**
     * The image at an offset.
     *
     * @throws RefusalException if it is not there
     */
    public StoredImage at(int partition, long offset) {
        List<StoredImage> found = new ArrayList<>();
        read(partition, offset, offset, found::add);
        return found.get(0);
    }

    /**
     * Reads the images of consecutive offsets, in order.
     *
     * @throws RefusalException if one of them is not there
     */
    public void read(int partition, long first, long last, Consumer<StoredImage> into) {
        if (!beginning.containsKey(partition) || first < beginning.get(partition) || last >= end.get(partition)) {
            throw new RefusalException("Topic " + topic + " does not have all images from offset " + first + " to "
                    + last + " of partition " + partition + " ("
                    + (beginning.containsKey(partition)
                            ? "it has " + beginning.get(partition) + " to " + (end.get(partition) - 1)
                            : "it has " + beginning.size() + " partitions")
                    + "), so the views that were rendered from them cannot be rendered again; name the topic that the views"
                    + " were rendered from with --images-topic");
        }
        long[] expected = {first};
        scan(partition, first, last + 1, record -> {
            if (record.offset() == expected[0]) {
                into.accept(stored(record));
                expected[0]++;
            }
        });
        if (expected[0] != last + 1) {
            throw new RefusalException("Topic " + topic + " has no image at offset " + expected[0] + " of partition "
                    + partition + ", which views were rendered from; name the topic that they were rendered from with"
                    + " --images-topic");
        }
    }

    /**
     * Reads the images between two offsets, in order, as far as they are there: a transaction's marker takes an offset too.
     *
     * @param before the offset after the last
     * @throws RefusalException if the broker does not give them
     */
    public void readWhatIsThere(int partition, long first, long before, Consumer<StoredImage> into) {
        scan(
                partition,
                Math.max(first, beginning.getOrDefault(partition, 0L)),
                Math.min(before, end.getOrDefault(partition, 0L)),
                record -> into.accept(stored(record)));
    }

    /** The first offset of each partition, and the one after its last, when this was opened. */
    public Map<Integer, Long> beginning() {
        return Map.copyOf(beginning);
    }

    /** As {@link #beginning}. */
    public Map<Integer, Long> end() {
        return Map.copyOf(end);
    }

    /** Every place at which this image stands, by partition and offset; reads the whole topic. */
    public List<StoredImage> find(ImageId id) {
        List<StoredImage> found = new ArrayList<>();
        beginning.forEach((partition, first) -> scan(partition, first, end.get(partition), record -> {
            if (record.value() != null) {
                StoredImage stored = stored(record);
                if (ImageId.of(stored.encoded()).equals(id)) {
                    found.add(stored);
                }
            }
        }));
        return found;
    }

    private void scan(int partition, long from, long before, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
        TopicPartition place = new TopicPartition(topic, partition);
        consumer.assign(List.of(place));
        consumer.seek(place, from);
        long reached = from;
        while (reached < before) {
            for (ConsumerRecord<byte[], byte[]> record : LogConsumer.reading(topic, () -> consumer.poll(SILENCE))) {
                if (record.offset() < before) {
                    visitor.accept(record);
                }
            }
            long now = LogConsumer.reading(topic, () -> consumer.position(place));
            if (now == reached) {
                throw new RefusalException("Topic " + topic + " cannot be read after offset " + reached
                        + " of partition " + partition + ", because the broker sent nothing for "
                        + SILENCE.toSeconds() + " seconds; see whether it is well");
            }
            reached = now;
        }
    }

    private static StoredImage stored(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value() == null ? new byte[0] : record.value();
        return StoredImage.of(record.partition(), record.offset(), value);
    }

    @Override
    public void close() {
        consumer.close();
    }
}
