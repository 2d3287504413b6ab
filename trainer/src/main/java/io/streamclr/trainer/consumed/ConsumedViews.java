package io.streamclr.trainer.consumed;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.trainer.views.FeedPosition;
import io.streamclr.trainer.views.NeededFrom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes views that no reader needs any more, after each checkpoint of a run, in a thread of its own. A run needs what
 * comes after its newest checkpoint; a group of others, what comes after its committed offsets. A group that has
 * committed for the topic, but not for a partition, keeps all of that partition. A group without any commit for the topic
 * does not count, and neither does one that the user may not describe, for the broker leaves it out of its list. What
 * cannot be deleted stays, and training goes on.
 */
public final class ConsumedViews implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumedViews.class);

    /**
     * Offsets that stay at the end of each partition: a job that starts anew finds its place by the last view there. They may
     * all be of transactions' ends, so the last record that somebody has read stays too.
     */
    static final long LAST_ONES = 64;

    /** What trainers' groups are called. */
    private static final String TRAINERS = "streamclr-trainer-";

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final KafkaConnection kafka;
    private final String topic;
    private final String ownGroup;
    private final Admin admin;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread made = new Thread(work, "consumed-views");
        made.setDaemon(true);
        return made;
    });

    private boolean failed;

    /** @param ownGroup of the run that deletes, whose needs are given by it */
    public ConsumedViews(KafkaConnection kafka, String topic, String ownGroup) {
        this.kafka = kafka;
        this.topic = topic;
        this.ownGroup = ownGroup;
        this.admin = Admin.create(kafka.with(Map.of(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis(),
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) PATIENCE.toMillis() / 3)));
    }

    /**
     * Deletes, soon.
     *
     * @param saved where the run would go on from its newest checkpoint
     */
    public void delete(FeedPosition saved) {
        Map<Integer, Long> needed = new TreeMap<>();
        for (int partition = 0; partition < saved.readings().size(); partition++) {
            needed.put(partition, saved.readings().get(partition).nextOffset());
        }
        thread.execute(() -> {
            try {
                deleteBefore(needed);
            } catch (KafkaException | RefusalException refused) {
                warn(refused);
            }
        });
    }

    /** @param needed by partition, the first offset that the run needs */
    private void deleteBefore(Map<Integer, Long> needed) {
        try (Topics topics = Topics.at(kafka)) {
            Map<Integer, Long> begin = topics.beginning(topic);
            topics.end(topic).forEach((partition, end) -> lower(needed, partition, end - LAST_ONES));
            for (GroupListing group : answer(admin.listGroups().all())) {
                if (!group.groupId().equals(ownGroup)) {
                    heed(group.groupId(), needed);
                }
            }
            Map<TopicPartition, RecordsToDelete> deleted = new HashMap<>();
            needed.forEach((partition, first) -> {
                long lastRead = first - 1;
                if (lastRead > begin.getOrDefault(partition, Long.MAX_VALUE)) {
                    deleted.put(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(lastRead));
                }
            });
            if (!deleted.isEmpty()) {
                answer(admin.deleteRecords(deleted).all());
                LOG.debug("views deleted topic={} before={}", topic, needed);
            }
        }
    }

    /** A group that reads the topic lowers what may go; in a partition that it has shown nothing of, to nothing. */
    private void heed(String group, Map<Integer, Long> needed) {
        Map<Integer, OffsetAndMetadata> shown = new HashMap<>();
        answer(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata())
                .forEach((partition, offset) -> {
                    if (partition.topic().equals(topic) && offset != null) {
                        shown.put(partition.partition(), offset);
                    }
                });
        if (!shown.isEmpty()) {
            List.copyOf(needed.keySet())
                    .forEach(partition -> lower(
                            needed,
                            partition,
                            Optional.ofNullable(shown.get(partition))
                                    .map(offset -> first(group, offset))
                                    .orElse(0L)));
        }
    }

    private static long first(String group, OffsetAndMetadata shown) {
        return group.startsWith(TRAINERS) ? NeededFrom.read(shown.metadata()).orElse(0) : shown.offset();
    }

    private static void lower(Map<Integer, Long> needed, int partition, long first) {
        needed.computeIfPresent(partition, (same, before) -> Math.min(before, Math.max(0, first)));
    }

    private void warn(RuntimeException refused) {
        if (!failed) {
            failed = true;
            LOG.warn(
                    "views that were trained are not deleted, and stay until they expire topic={} reason=\"{}\"",
                    topic,
                    refused.getMessage());
        }
    }

    private static <T> T answer(KafkaFuture<T> question) {
        try {
            return question.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException refused) {
            throw new KafkaException(refused.getCause().getMessage(), refused);
        } catch (TimeoutException late) {
            throw new RefusalException("the broker does not answer", late);
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
            throw new RefusalException("the training ends", closing);
        }
    }

    /** Lets what is at work be done for a moment. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                thread.shutdownNow();
            }
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
        admin.close(Duration.ofSeconds(1));
    }
}
