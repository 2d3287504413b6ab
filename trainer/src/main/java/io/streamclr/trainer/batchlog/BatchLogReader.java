package io.streamclr.trainer.batchlog;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the entries of one run from the topic of batches.
 *
 * @param topic of batches
 */
public record BatchLogReader(KafkaConnection kafka, String topic, String runId) {

    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** As many other runs as a sentence can name. */
    private static final int MOST_OTHERS = 20;

    /** As long as the name of a run may be. */
    private static final int MOST_SHOWN = 64;

    /**
     * Visits the run's entries in the order of the topic, up to its present end.
     *
     * @param from offset to begin at; entries that expired are not missed
     * @param topics of the same broker
     * @return some of the other runs that have entries there
     */
    public Set<String> visit(long from, Topics topics, Consumer<LoggedBatch> visitor) {
        int partitions = topics.require(topic);
        if (partitions != 1) {
            throw new RefusalException("Topic " + topic + " has " + partitions
                    + " partitions, but steps have one order and need one; delete it and create it with"
                    + " 'streamclr topics create'");
        }
        long end = topics.end(topic).get(0);
        if (from > end) {
            throw new RefusalException("Topic " + topic + " ends at offset " + end + ", but the checkpoint of run "
                    + runId + " was written when it reached " + from
                    + "; the topic was made anew, so begin another run");
        }
        long begin = Math.max(from, topics.beginning(topic).get(0));
        return LogConsumer.reading(topic, () -> visit(begin, end, visitor));
    }

    private Set<String> visit(long begin, long end, Consumer<LoggedBatch> visitor) {
        byte[] key = runId.getBytes(StandardCharsets.UTF_8);
        Set<String> others = new TreeSet<>();
        TopicPartition only = new TopicPartition(topic, 0);
        // What the broker took counts, whether or not its writer lived to end the transaction.
        try (KafkaConsumer<byte[], byte[]> consumer = LogConsumer.everything(kafka, Map.of())) {
            consumer.assign(List.of(only));
            consumer.seek(only, begin);
            long reached = begin;
            while (reached < end) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(SILENCE)) {
                    if (Arrays.equals(record.key(), key)) {
                        visitor.accept(new LoggedBatch(decode(record), record.offset()));
                    } else if (record.key() != null && others.size() < MOST_OTHERS) {
                        others.add(shown(record.key()));
                    }
                }
                if (consumer.position(only) == reached) {
                    throw new RefusalException("Topic " + topic + " cannot be read to its end at offset " + end
                            + ", because the broker sent nothing for " + SILENCE.toSeconds()
                            + " seconds; check the broker and start again");
                }
                reached = consumer.position(only);
            }
        }
        return others;
    }

    /** Whoever may write to the topic chose it, and it goes to a terminal. */
    private static String shown(byte[] key) {
        String name = new String(key, 0, Math.min(MOST_SHOWN, key.length), StandardCharsets.UTF_8);
        return name.replaceAll("\\p{Cntrl}", "?");
    }

    private static BatchManifest decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            return WireFormat.BATCH_MANIFEST.decode(record.value() == null ? new byte[0] : record.value());
        } catch (ForeignRecordException foreign) {
            throw new RefusalException(
                    "Topic " + record.topic() + " has a foreign record at offset " + record.offset()
                            + " under the name of this run: " + foreign.getMessage()
                            + "; find its writer, and begin another run",
                    foreign);
        }
    }
}
