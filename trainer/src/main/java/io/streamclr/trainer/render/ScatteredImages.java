package io.streamclr.trainer.render;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.ReplayedImage;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;

/**
 * Images from all over their topic, asked for by offset: every partition is read at once, a short piece at each offset, and
 * images that were asked for lately are still here. For one thread.
 */
final class ScatteredImages implements AutoCloseable {

    /** What lately asked for images may take, encoded. */
    private static final long MOST_KEPT_BYTES = 128L << 20;

    /** A broker sends at least the batch of records that an offset is in, and hardly more than that is wanted. */
    private static final int PIECE_BYTES = 16 << 10;

    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final long mostKeptBytes;
    private final Map<Place, byte[]> kept = new LinkedHashMap<>(16, 0.75f, true);
    private long keptBytes;

    private record Place(int partition, long offset) {

        static Place of(ReplayedImage image) {
            return new Place(image.getPartition(), image.getOffset());
        }
    }

    ScatteredImages(KafkaConnection kafka, String topic) {
        this(kafka, topic, MOST_KEPT_BYTES);
    }

    /** @param mostKeptBytes 0 or more */
    ScatteredImages(KafkaConnection kafka, String topic, long mostKeptBytes) {
        this.topic = topic;
        this.mostKeptBytes = mostKeptBytes;
        this.consumer = LogConsumer.committed(
                kafka,
                Map.of(
                        ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                        PIECE_BYTES,
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        10));
    }

    /**
     * The images at these places, in their order.
     *
     * @throws RefusalException if one of them is not there
     */
    List<StoredImage> at(List<ReplayedImage> places) {
        Map<Place, byte[]> found = new HashMap<>();
        Map<TopicPartition, NavigableSet<Long>> wanted = new HashMap<>();
        for (ReplayedImage image : places) {
            Place place = Place.of(image);
            byte[] here = kept.get(place);
            if (here != null) {
                found.put(place, here);
            } else {
                wanted.computeIfAbsent(new TopicPartition(topic, place.partition()), unseen -> new TreeSet<>())
                        .add(place.offset());
            }
        }
        if (!wanted.isEmpty()) {
            fetch(wanted, found);
        }
        List<StoredImage> images = new ArrayList<>();
        for (ReplayedImage image : places) {
            images.add(StoredImage.of(image.getPartition(), image.getOffset(), found.get(Place.of(image))));
        }
        return images;
    }

    private void fetch(Map<TopicPartition, NavigableSet<Long>> wanted, Map<Place, byte[]> found) {
        LogConsumer.reading(topic, () -> {
            try {
                seekAndRead(wanted, found);
            } catch (OffsetOutOfRangeException gone) {
                throw missing(
                        gone.offsetOutOfRangePartitions().entrySet().iterator().next());
            }
            return found;
        });
    }

    private void seekAndRead(Map<TopicPartition, NavigableSet<Long>> wanted, Map<Place, byte[]> found) {
        consumer.assign(wanted.keySet());
        consumer.resume(wanted.keySet()); // a partition that stays assigned stays paused, too
        wanted.forEach((partition, offsets) -> consumer.seek(partition, offsets.first()));
        while (!wanted.isEmpty()) {
            Map<TopicPartition, Long> before = positions(wanted);
            ConsumerRecords<byte[], byte[]> records = consumer.poll(SILENCE);
            if (records.isEmpty() && positions(wanted).equals(before)) {
                throw new RefusalException("Topic " + topic + " cannot be read, because the broker sent nothing for "
                        + SILENCE.toSeconds() + " seconds; see whether it is well");
            }
            records.partitions().forEach(partition -> take(records.records(partition), wanted.get(partition), found));
            List.copyOf(wanted.keySet()).forEach(partition -> goOn(partition, wanted));
        }
    }

    private Map<TopicPartition, Long> positions(Map<TopicPartition, NavigableSet<Long>> wanted) {
        Map<TopicPartition, Long> positions = new HashMap<>();
        wanted.keySet().forEach(partition -> positions.put(partition, consumer.position(partition)));
        return positions;
    }

    private void take(
            List<ConsumerRecord<byte[], byte[]>> records, NavigableSet<Long> offsets, Map<Place, byte[]> found) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            if (offsets.remove(record.offset())) {
                byte[] value = record.value() == null ? new byte[0] : record.value();
                Place place = new Place(record.partition(), record.offset());
                found.put(place, value);
                keep(place, value);
            }
        }
    }

    private void goOn(TopicPartition partition, Map<TopicPartition, NavigableSet<Long>> wanted) {
        NavigableSet<Long> offsets = wanted.get(partition);
        if (offsets.isEmpty()) {
            wanted.remove(partition);
            consumer.pause(List.of(partition));
        } else if (consumer.position(partition) > offsets.first()) {
            throw missing(Map.entry(partition, offsets.first()));
        } else if (consumer.position(partition) < offsets.first()) {
            consumer.seek(partition, offsets.first());
        }
    }

    private void keep(Place place, byte[] value) {
        kept.put(place, value);
        keptBytes += value.length;
        Iterator<byte[]> oldest = kept.values().iterator();
        while (keptBytes > mostKeptBytes && oldest.hasNext()) {
            keptBytes -= oldest.next().length;
            oldest.remove();
        }
    }

    private RefusalException missing(Map.Entry<TopicPartition, Long> place) {
        return new RefusalException("Topic " + topic + " has no image at offset " + place.getValue() + " of partition "
                + place.getKey().partition() + ", which the trainer's memory holds; keep images for as long as the run"
                + " remembers them, or name the topic that they came from with --images-topic");
    }

    @Override
    public void close() {
        consumer.close();
    }
}
