package io.streamclr.trainer.views;

import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** Looks at any one view of a topic, for what all of them have in common. */
public final class FirstView {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private FirstView() {}

    /**
     * The shape of the views of a topic; waits for the first without end.
     *
     * @param empty called once if there is none yet
     * @throws io.streamclr.schemas.RefusalException if there is no such topic, it may not be read, or holds something else
     */
    public static ViewShape shape(KafkaConnection kafka, String topic, Runnable empty) {
        int count;
        try (Topics topics = Topics.at(kafka)) {
            count = topics.require(topic);
        }
        List<TopicPartition> partitions = ViewConsumer.partitions(topic, count);
        try (KafkaConsumer<byte[], ByteBuffer> consumer =
                ViewConsumer.of(kafka, partitions, Map.of("max.poll.records", 1, "auto.offset.reset", "earliest"))) {
            consumer.seekToBeginning(partitions);
            ConsumerRecords<byte[], ByteBuffer> records = ViewConsumer.poll(consumer, topic, PATIENCE);
            if (records.isEmpty()) {
                empty.run();
            }
            while (records.isEmpty()) {
                records = ViewConsumer.poll(consumer, topic, PATIENCE);
            }
            ConsumerRecord<byte[], ByteBuffer> first = records.iterator().next();
            ViewReader reader = new ViewReader(ViewShape.UNKNOWN);
            reader.read(first);
            return reader.shape();
        }
    }
}
