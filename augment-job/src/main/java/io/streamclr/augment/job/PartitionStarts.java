package io.streamclr.augment.job;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.source.LastRecord;
import io.streamclr.stream.source.PartitionSplit;
import io.streamclr.stream.source.Passes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Where a job without a checkpoint begins: after the last view that a run of the same seed and recipe has left in each
 * partition, else at the first image. So a job that is started again adds what is missing and nothing twice, even when
 * its checkpoints are lost.
 */
public final class PartitionStarts {

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
            KafkaConnection connection, String images, Instant asOf, String viewsTopic, long runSeed, String recipe) {
        try (Topics topics = Topics.at(connection);
                LastRecord views = new LastRecord(connection)) {
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
                splits.add(views.of(new TopicPartition(viewsTopic, partition))
                        .map(PartitionStarts::view)
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
                    "The Kafka broker at " + connection.bootstrapServers() + " does not tell what topic " + viewsTopic
                            + " ends with (" + failed.getMessage() + "); check that it runs and that it lets us read",
                    failed);
        }
    }

    private static ViewPair view(ConsumerRecord<byte[], byte[]> read) {
        try {
            return WireFormat.VIEW_PAIR.decode(read.value() == null ? new byte[0] : read.value());
        } catch (ForeignRecordException foreign) {
            throw new RefusalException(
                    "Record " + read.offset() + " of partition " + read.partition() + " of topic " + read.topic()
                            + " is " + foreign.getMessage()
                            + "; let only this job write there, or name another --views-topic",
                    foreign);
        }
    }
}
