package io.streamclr.trainer.owner;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.LogConsumer;
import io.streamclr.schemas.wire.OwnerHeader;
import io.streamclr.schemas.wire.OwnerHeader.Owner;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The claims that trainers left in the topic of batches.
 *
 * @param topic of batches
 */
record Claims(KafkaConnection kafka, String topic) {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * The newest trainer that claimed a run after another one wrote.
     *
     * @param from offset after what the other wrote last
     * @throws RefusalException if the topic ends before that, so that it is another one of the same name
     * @throws TimeoutException if the broker is silent
     */
    Optional<Owner> newest(Owner but, long from) {
        TopicPartition only = new TopicPartition(topic, 0);
        try (KafkaConsumer<byte[], byte[]> consumer = LogConsumer.everything(
                kafka, Map.of(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, Math.toIntExact(PATIENCE.toMillis())))) {
            consumer.assign(List.of(only));
            long end = consumer.endOffsets(List.of(only)).get(only);
            requireReaching(from, end);
            consumer.seek(
                    only,
                    Math.max(from, consumer.beginningOffsets(List.of(only)).get(only)));
            Optional<Owner> newest = Optional.empty();
            while (consumer.position(only) < end) {
                long before = consumer.position(only);
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(PATIENCE)) {
                    Optional<Owner> claim = OwnerHeader.in(record.headers());
                    if (claim.isPresent()
                            && claim.get().runId().equals(but.runId())
                            && !claim.get().id().equals(but.id())) {
                        newest = claim;
                    }
                }
                if (consumer.position(only) == before) {
                    throw new TimeoutException("Nothing was sent of topic " + topic + " after offset " + before);
                }
            }
            return newest;
        }
    }

    /**
     * Holds the end of the topic, or the offset that a record was given there, against what was written before.
     *
     * @throws RefusalException if it lies before that: the topic is another one of the same name
     */
    void requireReaching(long written, long end) {
        if (end < written) {
            throw new RefusalException("Topic " + topic + " goes on at offset " + end + ", but this run wrote up to "
                    + written + " there; the topic was deleted and made anew, so what the run was trained on is lost:"
                    + " begin another run");
        }
    }
}
