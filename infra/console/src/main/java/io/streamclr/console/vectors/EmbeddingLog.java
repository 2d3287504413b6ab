package io.streamclr.console.vectors;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.VectorBytes;
import io.streamclr.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.InvalidOffsetException;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Topic {@code embeddings}, read from a position on. The topic is written at least once: an embedding that was met before is
 * dropped. What is no embedding is passed over, and counted. For one thread.
 */
public final class EmbeddingLog implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final Duration WAIT = Duration.ofMillis(200);

    /** More than any encoder has; a larger record is not believed to be a vector. */
    private static final int MOST_FEATURES = 1 << 16;

    private static final Pattern IMAGE_ID = Pattern.compile("[0-9a-f]{32}");
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final String topic;
    private final String topicId;
    private final List<TopicPartition> partitions;
    private final Optional<String> digest;
    private final Map<Integer, Long> highest;
    private long taken;
    private long others;
    private long repeated;
    private long foreign;

    private EmbeddingLog(
            KafkaConsumer<byte[], byte[]> consumer,
            String topic,
            String topicId,
            List<TopicPartition> partitions,
            Optional<String> digest,
            LogPosition from) {
        this.consumer = consumer;
        this.topic = topic;
        this.topicId = topicId;
        this.partitions = partitions;
        this.digest = digest;
        this.highest = new HashMap<>(from.highest());
    }

    /**
     * Opens the topic.
     *
     * @param digest of the encoder whose embeddings are wanted; empty for those of all
     * @throws RefusalException if there is no such topic, or it ends before the position
     */
    public static EmbeddingLog open(KafkaConnection kafka, String topic, Optional<String> digest, LogPosition from) {
        String topicId;
        Map<Integer, Long> beginnings;
        Map<Integer, Long> ends;
        try (Topics topics = Topics.at(kafka)) {
            topicId = topics.identity(topic);
            beginnings = topics.beginning(topic);
            ends = topics.end(topic);
        }
        List<TopicPartition> partitions = ends.keySet().stream()
                .map(partition -> new TopicPartition(topic, partition))
                .toList();
        KafkaConsumer<byte[], byte[]> consumer = LogConsumer.committed(kafka, Map.of());
        try {
            consumer.assign(partitions);
            for (TopicPartition each : partitions) {
                long next = from.next().getOrDefault(each.partition(), 0L);
                if (next > ends.get(each.partition())) {
                    throw new RefusalException(
                            "Partition " + each.partition() + " of topic " + topic + " ends at offset "
                                    + ends.get(each.partition()) + ", but it was read up to offset " + next
                                    + " before; is this another topic?");
                }
                consumer.seek(each, Math.max(next, beginnings.get(each.partition())));
            }
            return new EmbeddingLog(consumer, topic, topicId, partitions, digest, from);
        } catch (RefusalException ended) {
            consumer.close();
            throw ended;
        }
    }

    /** What tells the topic from another of the same name, before and after. */
    public String topicId() {
        return topicId;
    }

    /**
     * Gives all embeddings that the topic holds now, some at a time, and then returns. Whoever is given some finds them
     * before {@link #position}.
     *
     * @throws RefusalException if the topic cannot be read to its end
     */
    public void readToEnd(Consumer<List<StoredEmbedding>> embeddings) {
        Map<TopicPartition, Long> ends = reading(() -> consumer.endOffsets(partitions, PATIENCE));
        long heardAt = System.nanoTime();
        while (reading(() -> partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each)))) {
            long before = met();
            embeddings.accept(next(WAIT));
            if (met() > before) {
                heardAt = System.nanoTime();
            } else if (System.nanoTime() - heardAt > PATIENCE.toNanos()) {
                throw new RefusalException("Topic " + topic + " cannot be read to its end, because the broker sent"
                        + " nothing for " + PATIENCE.toSeconds() + " seconds; see whether it is well");
            }
        }
    }

    /** The offset after the last embedding of each partition, now. */
    Map<Integer, Long> ends() {
        Map<Integer, Long> ends = new TreeMap<>();
        reading(() -> consumer.endOffsets(partitions, PATIENCE))
                .forEach((each, end) -> ends.put(each.partition(), end));
        return ends;
    }

    /** Whether a partition was read up to an offset. */
    boolean isReadTo(int partition, long offset) {
        return reading(() -> consumer.position(new TopicPartition(topic, partition))) >= offset;
    }

    /** Has {@link #next} read these partitions, and leave the others where they are. */
    void readOnly(IntPredicate wanted) {
        List<TopicPartition> read = partitions.stream()
                .filter(each -> wanted.test(each.partition()))
                .toList();
        consumer.pause(partitions);
        consumer.resume(read);
    }

    private long met() {
        return taken + others + repeated + foreign;
    }

    /**
     * The next embeddings, in the order of each partition; none if nothing comes in this time.
     *
     * @throws RefusalException if the topic cannot be read
     */
    public List<StoredEmbedding> next(Duration wait) {
        List<StoredEmbedding> embeddings = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : reading(() -> consumer.poll(wait))) {
            Optional<StoredEmbedding> read = read(record);
            if (read.isEmpty()) {
                foreign++;
                continue;
            }
            StoredEmbedding embedding = read.get();
            if (embedding.origin() <= highest.getOrDefault(record.partition(), -1L)) {
                repeated++;
                continue;
            }
            highest.put(record.partition(), embedding.origin());
            if (digest.isPresent() && !digest.get().equals(embedding.record().getDigest())) {
                others++;
                continue;
            }
            taken++;
            embeddings.add(embedding);
        }
        return embeddings;
    }

    /** Empty for what is no embedding of an image in the partition of the same number. */
    static Optional<StoredEmbedding> read(ConsumerRecord<byte[], byte[]> record) {
        try {
            ImageEmbedding embedding =
                    WireFormat.IMAGE_EMBEDDING.decode(record.value() == null ? new byte[0] : record.value());
            boolean ours = embedding.getOrigin().getPartition() == record.partition()
                    && embedding.getOrigin().getOffset() >= 0
                    && embedding.getVector().remaining() <= MOST_FEATURES * Float.BYTES
                    && IMAGE_ID.matcher(embedding.getImageId()).matches()
                    && DIGEST.matcher(embedding.getDigest()).matches();
            if (!ours) {
                return Optional.empty();
            }
            float[] vector = VectorBytes.read(embedding.getVector(), embedding.getFormat());
            for (float number : vector) {
                if (!Float.isFinite(number)) {
                    return Optional.empty();
                }
            }
            return Optional.of(new StoredEmbedding(record.offset(), embedding, vector));
        } catch (ForeignRecordException none) {
            return Optional.empty();
        }
    }

    /** After what was given last. */
    public LogPosition position() {
        Map<Integer, Long> next = new TreeMap<>();
        partitions.forEach(each -> next.put(each.partition(), reading(() -> consumer.position(each))));
        return new LogPosition(next, highest);
    }

    /** What was met since the log was opened. */
    public Tally tally() {
        return new Tally(taken, others, repeated, foreign);
    }

    /** What the consumer says, or a sentence where it fails. */
    private <T> T reading(Supplier<T> read) {
        try {
            return LogConsumer.reading(topic, read);
        } catch (RefusalException failed) {
            if (failed.getCause() instanceof InvalidOffsetException gone) {
                throw new RefusalException(
                        "Topic " + topic
                                + " no longer holds what follows; records were deleted from it while it was read",
                        gone);
            }
            throw failed;
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
