package io.streamclr.console.vectors;

import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderSwitch;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Says whose embeddings are read, because those of different encoders cannot be compared. */
final class EncoderChoice {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** How many offsets back from its end the last embedding of a partition is looked for first. */
    private static final int FIRST_LOOK = 16;

    private static final int MOST_NAMED = 5;

    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern RUN_AND_STEP = Pattern.compile("(.+)@(\\d{1,18})");

    private final KafkaConnection kafka;
    private final String topic;

    /** @param timestamp of the record, in milliseconds */
    private record Dated(long timestamp, EncoderName encoder) {}

    EncoderChoice(KafkaConnection kafka, String topic) {
        this.kafka = kafka;
        this.topic = topic;
    }

    /**
     * The digest that somebody names.
     *
     * @param named a digest, or {@code RUN@STEP} of an entry in the topic that says which encoders made the embeddings
     * @throws RefusalException if it is neither, or there is no such entry, or several with different digests
     */
    String digest(String named) {
        if (DIGEST.matcher(named).matches()) {
            return named;
        }
        Matcher both = RUN_AND_STEP.matcher(named);
        if (!both.matches()) {
            throw RefusalException.ofUsage("'" + OneLine.of(named)
                    + "' names no encoder; give its SHA-256 in 64 hexadecimal digits, or RUN@STEP");
        }
        String encoders = Topic.encodersOf(topic);
        Set<String> found = new LinkedHashSet<>();
        Set<String> known = new LinkedHashSet<>();
        for (EncoderSwitch entry : entries(encoders)) {
            known.add(entry.getRunId() + "@" + entry.getStep());
            if (entry.getRunId().equals(both.group(1)) && entry.getStep() == Long.parseLong(both.group(2))) {
                found.add(entry.getDigest());
            }
        }
        if (found.size() == 1) {
            return found.iterator().next();
        }
        throw new RefusalException(
                found.isEmpty()
                        ? "Topic " + encoders + " names no encoder " + OneLine.of(named) + newest(known)
                                + "; name one by its SHA-256"
                        : "Topic " + encoders + " names several encoders " + OneLine.of(named) + ": "
                                + OneLine.of(String.join(", ", found)) + "; name one by its SHA-256");
    }

    private static String newest(Set<String> known) {
        return known.isEmpty()
                ? ""
                : "; its newest are "
                        + OneLine.of(known.stream()
                                .skip(Math.max(0, known.size() - MOST_NAMED))
                                .collect(Collectors.joining(", ")));
    }

    private List<EncoderSwitch> entries(String encoders) {
        List<EncoderSwitch> entries = new ArrayList<>();
        Map<Integer, Long> ends;
        Map<Integer, Long> beginnings;
        try (Topics topics = Topics.at(kafka)) {
            beginnings = topics.beginning(encoders);
            ends = topics.end(encoders);
        }
        try (KafkaConsumer<byte[], byte[]> consumer = LogConsumer.committed(kafka, Map.of())) {
            ends.forEach((partition, end) -> between(
                    consumer, new TopicPartition(encoders, partition), beginnings.get(partition), end, record -> entry(
                                    record)
                            .ifPresent(entries::add)));
        }
        return entries;
    }

    private static Optional<EncoderSwitch> entry(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(WireFormat.ENCODER_SWITCH.decode(record.value() == null ? new byte[0] : record.value()));
        } catch (ForeignRecordException none) {
            return Optional.empty();
        }
    }

    /** The encoder of the embedding that the broker dates last; empty if the topic holds none. */
    Optional<EncoderName> newest() {
        Map<Integer, Long> ends;
        Map<Integer, Long> beginnings;
        try (Topics topics = Topics.at(kafka)) {
            beginnings = topics.beginning(topic);
            ends = topics.end(topic);
        }
        Optional<EncoderName> newest = Optional.empty();
        long newestAt = Long.MIN_VALUE;
        try (KafkaConsumer<byte[], byte[]> consumer = LogConsumer.committed(kafka, Map.of())) {
            for (int partition : ends.keySet()) {
                Optional<Dated> last = last(
                        consumer, new TopicPartition(topic, partition), beginnings.get(partition), ends.get(partition));
                if (last.isPresent() && last.get().timestamp() > newestAt) {
                    newestAt = last.get().timestamp();
                    newest = Optional.of(last.get().encoder());
                }
            }
        }
        return newest;
    }

    /** Markers of transactions and foreign records take offsets too, so that the last embedding may lie further back. */
    private Optional<Dated> last(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long beginning, long end) {
        AtomicReference<Dated> last = new AtomicReference<>();
        long until = end;
        for (long back = FIRST_LOOK; until > beginning && last.get() == null; back *= 4) {
            long from = Math.max(beginning, end - back);
            between(consumer, partition, from, until, record -> EmbeddingLog.read(record)
                    .ifPresent(embedding -> last.set(new Dated(record.timestamp(), embedding.encoder()))));
            until = from;
        }
        return Optional.ofNullable(last.get());
    }

    private static void between(
            KafkaConsumer<byte[], byte[]> consumer,
            TopicPartition partition,
            long from,
            long end,
            Consumer<ConsumerRecord<byte[], byte[]>> records) {
        LogConsumer.reading(partition.topic(), () -> {
            consumer.assign(List.of(partition));
            consumer.seek(partition, from);
            long readable = Math.min(
                    end, consumer.endOffsets(List.of(partition), PATIENCE).get(partition));
            LogConsumer.readTo(consumer, Map.of(partition, readable), PATIENCE, records);
            return readable;
        });
    }
}
