package io.streamclr.stream.source;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/** Asks the broker how many views lie after what a consumer group has committed. */
final class UnreadViews implements AutoCloseable {

    private static final int PATIENCE_MS = 15_000;

    private final Admin admin;
    private final String topic;
    private final String group;

    UnreadViews(Properties connection, String views, String group) {
        Properties settings = new Properties();
        settings.putAll(connection);
        settings.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, PATIENCE_MS);
        settings.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, PATIENCE_MS / 3);
        this.admin = Admin.create(settings);
        this.topic = views;
        this.group = group;
    }

    /**
     * The views of a partition.
     *
     * @param unread records between the committed offset and the end
     * @param end offset after the last
     */
    record Views(long unread, long end) {}

    /**
     * What there is and what was read of it, by partition. A group that has committed nothing has read
     * nothing.
     *
     * @throws KafkaException if the broker does not answer
     */
    Map<Integer, Views> count(Collection<Integer> partitions) throws InterruptedException {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        Map<TopicPartition, OffsetSpec> begins = new HashMap<>();
        for (int partition : partitions) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
            begins.put(new TopicPartition(topic, partition), OffsetSpec.earliest());
        }
        try {
            Map<TopicPartition, ListOffsetsResultInfo> end =
                    admin.listOffsets(ends).all().get();
            Map<TopicPartition, ListOffsetsResultInfo> begin =
                    admin.listOffsets(begins).all().get();
            Map<TopicPartition, OffsetAndMetadata> read = committed();
            Map<Integer, Views> views = new HashMap<>();
            end.forEach((partition, last) -> {
                OffsetAndMetadata commit = read.get(partition);
                long first = begin.get(partition).offset();
                long from = commit == null ? first : Math.max(first, commit.offset());
                views.put(partition.partition(), new Views(Math.max(0, last.offset() - from), last.offset()));
            });
            return views;
        } catch (ExecutionException failed) {
            throw new KafkaException(failed.getCause());
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> committed() throws InterruptedException, ExecutionException {
        try {
            return admin.listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof GroupIdNotFoundException) {
                return Map.of();
            }
            throw failed;
        }
    }

    @Override
    public void close() {
        admin.close();
    }
}
