package io.streamclr.augment.source;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Where a job without a checkpoint begins: after the last view that a run of the same seed and recipe has left in each
 * partition, else at the first image. So a job that is started again adds what is missing and nothing twice, even when
 * its checkpoints are lost.
 */
public final class PartitionStarts {

    /** How far before the end the last record is looked for; transactions end with markers that are no records. */
    private static final long[] STEPS_BACK = {1, 16, 256, 4096};

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private PartitionStarts() {}

    /**
     * One split for each partition of the images topic; what it held at a moment is what every pass but a live one reads.
     *
     * @param asOf the moment, not in the future; {@link Passes#NOW} for what it holds now
     * @param runSeed of the run that goes on
     * @param recipe fingerprint of its recipe
     * @throws RefusalException if a topic is missing, no broker answers, or the topic held nothing at the moment
     */
    public static List<PartitionSplit> find(
            KafkaConnection connection, String images, Instant asOf, String views, long runSeed, String recipe) {
        try (Topics topics = Topics.at(connection);
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        connection.with(Map.of(
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                                "false",
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "earliest")),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            Map<Integer, Long> begins = topics.beginning(images);
            Map<Integer, Long> ends = asOf.equals(Passes.NOW) ? topics.end(images) : topics.endAt(images, asOf);
            if (!asOf.equals(Passes.NOW) && ends.equals(begins)) {
                throw new RefusalException("Topic " + images + " holds no image from before " + asOf
                        + "; name a later moment with --as-of");
            }
            List<PartitionSplit> splits = new ArrayList<>();
            for (Map.Entry<Integer, Long> begin : begins.entrySet()) {
                int partition = begin.getKey();
                PartitionSplit unread = PartitionSplit.unread(images, partition, begin.getValue(), ends.get(partition));
                splits.add(lastView(consumer, new TopicPartition(views, partition))
                        .filter(view -> view.getRunSeed() == runSeed
                                && view.getRecipe().equals(recipe)
                                && view.getOrigin().getOffset() >= unread.begin())
                        .map(view ->
                                unread.from(view.getPass(), view.getOrigin().getOffset() + 1))
                        .orElse(unread));
            }
            return splits;
        } catch (KafkaException failed) {
            throw new RefusalException(
                    "The Kafka broker at " + connection.bootstrapServers() + " does not tell what topic " + views
                            + " ends with (" + failed.getMessage() + "); check that it runs and that it lets us read",
                    failed);
        }
    }

    private static Optional<ViewPair> lastView(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition) {
        consumer.assign(Set.of(partition));
        long begin = consumer.beginningOffsets(Set.of(partition), PATIENCE).get(partition);
        long end = consumer.endOffsets(Set.of(partition), PATIENCE).get(partition);
        for (long step : STEPS_BACK) {
            Optional<ConsumerRecord<byte[], byte[]>> last =
                    lastBetween(consumer, partition, Math.max(begin, end - step), end);
            if (last.isPresent()) {
                return view(last.get());
            }
        }
        return Optional.empty();
    }

    private static Optional<ConsumerRecord<byte[], byte[]>> lastBetween(
            KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long from, long end) {
        Optional<ConsumerRecord<byte[], byte[]>> last = Optional.empty();
        consumer.seek(partition, from);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> read : consumer.poll(Duration.ofMillis(200))) {
                last = Optional.of(read);
            }
            if (System.nanoTime() > deadline) {
                throw new KafkaException("no answer in " + PATIENCE.toSeconds() + " seconds");
            }
        }
        return last;
    }

    private static Optional<ViewPair> view(ConsumerRecord<byte[], byte[]> read) {
        try {
            return Optional.of(WireFormat.VIEW_PAIR.decode(read.value() == null ? new byte[0] : read.value()));
        } catch (ForeignRecordException foreign) {
            throw new RefusalException(
                    "Record " + read.offset() + " of partition " + read.partition() + " of topic " + read.topic()
                            + " is " + foreign.getMessage()
                            + "; let only this job write there, or name another --views-topic",
                    foreign);
        }
    }
}
