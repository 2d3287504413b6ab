package io.streamclr.embed.job;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.source.LastRecord;
import io.streamclr.stream.source.PartitionSplit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a job without a checkpoint begins: after the last embedding of each partition, else at the first image, or at the
 * first that arrived at a moment or later.
 */
public final class EmbedStarts {

    private EmbedStarts() {}

    /**
     * One split for each partition of the images topic.
     *
     * @param from no image before this moment is embedded; {@link Instant#MIN} for all
     * @throws RefusalException if a topic is missing or no broker answers
     */
    public static List<PartitionSplit> find(
            KafkaConnection connection, String images, Instant from, String embeddings) {
        try (Topics topics = Topics.at(connection);
                LastRecord lasts = new LastRecord(connection)) {
            Map<Integer, Long> begins =
                    from.equals(Instant.MIN) ? topics.beginning(images) : topics.endAt(images, from);
            Map<Integer, Long> ends = topics.end(images);
            List<PartitionSplit> splits = new ArrayList<>();
            begins.forEach((partition, begin) -> {
                PartitionSplit unread =
                        PartitionSplit.unread(images, partition, begin, Math.max(begin, ends.get(partition)));
                Optional<Long> next = lasts.of(new TopicPartition(embeddings, partition))
                        .map(last -> embedding(last).getOrigin().getOffset() + 1)
                        .filter(after -> after > begin);
                splits.add(next.map(after -> unread.from(0, after)).orElse(unread));
            });
            return splits;
        } catch (KafkaException failed) {
            throw new RefusalException(
                    "The Kafka broker at " + connection.bootstrapServers() + " does not tell what topic " + embeddings
                            + " ends with (" + failed.getMessage() + "); check that it runs and that it lets us read",
                    failed);
        }
    }

    private static ImageEmbedding embedding(ConsumerRecord<byte[], byte[]> read) {
        try {
            return WireFormat.IMAGE_EMBEDDING.decode(read.value() == null ? new byte[0] : read.value());
        } catch (ForeignRecordException foreign) {
            throw new RefusalException(
                    "Record " + read.offset() + " of partition " + read.partition() + " of topic " + read.topic()
                            + " is " + foreign.getMessage()
                            + "; let only this job write there, or name another --embeddings-topic",
                    foreign);
        }
    }
}
