package io.streamclr.it;

import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.record.EncoderSwitch;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import io.streamclr.schemas.wire.VectorBytes;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.encoder.Encoder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Reads what an embedding job has left, and says what it should have. */
final class EmbeddingLedger {

    private final KafkaConnection kafka;

    EmbeddingLedger(KafkaConnection kafka) {
        this.kafka = kafka;
    }

    /**
     * The embeddings of a topic as a reader takes them.
     *
     * @param once by partition and offset of their images, in the order of each partition
     * @param repeated records that were passed over, each of them equal to the byte to the one before
     */
    record Read(Map<TopicPartition, Map<Long, ImageEmbedding>> once, int repeated) {

        List<ImageEmbedding> all() {
            return once.values().stream()
                    .flatMap(each -> each.values().stream())
                    .toList();
        }
    }

    /** @throws AssertionError if a record lies in another partition than its image, out of order, or differs from its repetition */
    Read embeddings(String topic, int partitions) throws Exception {
        Map<TopicPartition, Map<Long, ImageEmbedding>> once = new HashMap<>();
        Map<TopicPartition, Map<Long, UUID>> contents = new HashMap<>();
        Map<TopicPartition, Long> newest = new HashMap<>();
        int[] repeated = {0};
        read(topic, partitions, read -> {
            TopicPartition partition = new TopicPartition(topic, read.partition());
            ImageEmbedding embedding = WireFormat.IMAGE_EMBEDDING.decode(read.value());
            long offset = embedding.getOrigin().getOffset();
            if (embedding.getOrigin().getPartition() != read.partition()) {
                throw new AssertionError(embedding.getOrigin() + " lies in partition " + read.partition());
            }
            Map<Long, ImageEmbedding> seen = once.computeIfAbsent(partition, none -> new LinkedHashMap<>());
            UUID content = UUID.nameUUIDFromBytes(read.value());
            UUID before =
                    contents.computeIfAbsent(partition, none -> new HashMap<>()).putIfAbsent(offset, content);
            if (before != null) {
                repeated[0]++;
                if (!before.equals(content)) {
                    throw new AssertionError("The repetition of " + embedding.getOrigin() + " differs: "
                            + seen.get(offset) + " and " + embedding);
                }
                return;
            }
            Long last = newest.put(partition, offset);
            if (last != null && offset < last) {
                throw new AssertionError(embedding.getOrigin() + " comes after offset " + last);
            }
            seen.put(offset, embedding);
        });
        return new Read(once, repeated[0]);
    }

    /**
     * The digest of the encoder that each image takes, by partition and offset, by the rule of the log in words: the last entry
     * that took effect when the image arrived or before, else the first.
     */
    Map<TopicPartition, Map<Long, String>> encoders(String images, int partitions, String switches) throws Exception {
        List<Long> effects = new ArrayList<>();
        List<EncoderSwitch> entries = new ArrayList<>();
        read(switches, 1, read -> {
            EncoderSwitch entry = WireFormat.ENCODER_SWITCH.decode(read.value());
            EncoderSwitch last = entries.isEmpty() ? null : entries.get(entries.size() - 1);
            if (last == null || entry.getPublishedAt().isAfter(last.getPublishedAt())) {
                effects.add(read.timestamp() + (entries.isEmpty() ? entry : entries.get(0)).getDelay());
                entries.add(entry);
            }
        });
        Map<TopicPartition, Map<Long, String>> digests = new HashMap<>();
        read(images, partitions, image -> {
            String digest = entries.get(0).getDigest();
            for (int i = 1; i < entries.size(); i++) {
                if (effects.get(i) <= image.timestamp()) {
                    digest = entries.get(i).getDigest();
                }
            }
            digests.computeIfAbsent(new TopicPartition(images, image.partition()), none -> new HashMap<>())
                    .put(image.offset(), digest);
        });
        return digests;
    }

    /** By step, when the broker dated the first entry of it in a log of encoders, in milliseconds since 1970. */
    Map<Long, Long> switches(String topic) throws Exception {
        Map<Long, Long> logged = new LinkedHashMap<>();
        read(
                topic,
                1,
                read -> logged.putIfAbsent(
                        WireFormat.ENCODER_SWITCH.decode(read.value()).getStep(), read.timestamp()));
        return logged;
    }

    /**
     * What an encoder of one thread and usual blocks makes of every nth image, by partition and offset, asked for one at a
     * time. On some processors an image has other last bits in blocks of another size.
     *
     * @param shelf where encoders are kept
     */
    Map<TopicPartition, Map<Long, float[]>> vectors(
            String images, List<ImageEmbedding> embeddings, int every, Path shelf) throws Exception {
        Map<String, Map<Integer, Map<Long, ImageEmbedding>>> asked = new HashMap<>();
        for (int i = 0; i < embeddings.size(); i += every) {
            ImageEmbedding one = embeddings.get(i);
            asked.computeIfAbsent(one.getDigest(), none -> new HashMap<>())
                    .computeIfAbsent(one.getOrigin().getPartition(), none -> new HashMap<>())
                    .put(one.getOrigin().getOffset(), one);
        }
        int partitions = 1
                + embeddings.stream()
                        .mapToInt(each -> each.getOrigin().getPartition())
                        .max()
                        .orElse(0);
        Map<TopicPartition, Map<Long, float[]>> vectors = new HashMap<>();
        for (String digest : asked.keySet()) {
            try (Encoder encoder = Encoder.open(shelf.resolve(digest), Encoder.Options.ofThreads(1))) {
                read(images, partitions, image -> {
                    if (asked.get(digest)
                            .getOrDefault(image.partition(), Map.of())
                            .containsKey(image.offset())) {
                        EncodedImage encoded = WireFormat.ENCODED_IMAGE.decode(image.value());
                        byte[] file = new byte[encoded.getEncoded().remaining()];
                        encoded.getEncoded().get(file);
                        vectors.computeIfAbsent(new TopicPartition(images, image.partition()), none -> new HashMap<>())
                                .put(image.offset(), encoder.embed(file).features());
                    }
                });
            }
        }
        return vectors;
    }

    /** The vector in a record. */
    static float[] vector(ImageEmbedding embedding) throws Exception {
        return VectorBytes.read(embedding.getVector(), embedding.getFormat());
    }

    /** Takes one record. */
    @FunctionalInterface
    private interface Reader {
        void take(ConsumerRecord<byte[], byte[]> read) throws Exception;
    }

    private void read(String topic, int partitions, Reader reader) throws Exception {
        List<TopicPartition> all = IntStream.range(0, partitions)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
        try (KafkaConsumer<byte[], byte[]> consumer = LogConsumer.committed(kafka, Map.of())) {
            Map<TopicPartition, Long> end = consumer.endOffsets(all);
            consumer.assign(all);
            consumer.seekToBeginning(all);
            while (all.stream().anyMatch(partition -> consumer.position(partition) < end.get(partition))) {
                for (ConsumerRecord<byte[], byte[]> read : consumer.poll(Duration.ofMillis(200))) {
                    reader.take(read);
                }
            }
        }
    }
}
