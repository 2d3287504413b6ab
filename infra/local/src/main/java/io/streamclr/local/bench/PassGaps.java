package io.streamclr.local.bench;

import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.ForeignRecordException;
import io.streamclr.schemas.wire.WireFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** How long whoever reads views waits for the next pass: from the last pair of one to the first pair of the next. */
final class PassGaps {

    /** As many of the newest records of a partition are looked at. */
    private static final int MOST_RECORDS = 3_000;

    private static final Duration POLL = Duration.ofMillis(200);

    private PassGaps() {}

    /**
     * The longest among the newest records of a topic of views, by the times at which the job sent them.
     *
     * @return milliseconds; empty if no pass ended there
     */
    static OptionalLong longest(KafkaConnection kafka, String views) throws ForeignRecordException {
        List<Long> gaps = new ArrayList<>();
        try (Topics topics = Topics.at(kafka);
                KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                        kafka.with(Map.of("auto.offset.reset", "earliest", "fetch.max.wait.ms", 50)),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer())) {
            Map<Integer, Long> ends = topics.end(views);
            for (Map.Entry<Integer, Long> end : ends.entrySet()) {
                TopicPartition partition = new TopicPartition(views, end.getKey());
                consumer.assign(List.of(partition));
                consumer.seek(partition, Math.max(0, end.getValue() - MOST_RECORDS));
                int pass = Integer.MAX_VALUE;
                long sent = 0;
                while (consumer.position(partition) < end.getValue()) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        int now = WireFormat.VIEW_PAIR.decode(record.value()).getPass();
                        if (now > pass) {
                            gaps.add(record.timestamp() - sent);
                        }
                        pass = now;
                        sent = record.timestamp();
                    }
                }
            }
        }
        return gaps.stream().mapToLong(gap -> gap).max();
    }
}
