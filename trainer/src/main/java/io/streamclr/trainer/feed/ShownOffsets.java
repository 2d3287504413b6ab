package io.streamclr.trainer.feed;

import io.streamclr.trainer.views.FeedPosition.Reading;
import io.streamclr.trainer.views.NeededFrom;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The offsets that a run commits so that others see how far it is: what is trained, for lag monitors and for the job that
 * looks ahead, and beside it what the run still needs. For the thread of its consumer, {@link #saved} apart.
 */
final class ShownOffsets {

    private static final Logger LOG = LoggerFactory.getLogger(ShownOffsets.class);
    private static final long SHOW_AGAIN_NANOS = Duration.ofSeconds(10).toNanos();

    private final String group;
    private final List<TopicPartition> partitions;
    private final KafkaConsumer<?, ?> consumer;
    /** What the run would need if it went on from its newest checkpoint. */
    private final AtomicReference<List<Reading>> needed;

    private List<Long> shown = List.of();
    private List<Reading> shownNeeded = List.of();
    private long shownAt;
    private boolean commitsFail;

    /**
     * @param group that the consumer commits for
     * @param needed by partition, where the run begins to read
     */
    ShownOffsets(String group, List<TopicPartition> partitions, KafkaConsumer<?, ?> consumer, List<Reading> needed) {
        this.group = group;
        this.partitions = partitions;
        this.consumer = consumer;
        this.needed = new AtomicReference<>(needed);
    }

    /** Has shown, soon, that the run is saved where its partitions go on so. */
    void saved(List<Reading> readings) {
        needed.set(readings);
    }

    /** Shows that each partition is trained up to these offsets, unless it shows so already. */
    void trained(List<Long> now) {
        // Shown again although it is the same: a trainer that was replaced may have shown its own place meanwhile.
        List<Reading> from = needed.get();
        if (now.equals(shown) && from.equals(shownNeeded) && System.nanoTime() - shownAt < SHOW_AGAIN_NANOS) {
            return;
        }
        shown = now;
        shownNeeded = from;
        shownAt = System.nanoTime();
        consumer.commitAsync(offsets(), (committed, failure) -> {
            if (failure instanceof RetriableException) {
                // A broker that has just started has no coordinator yet.
                shown = List.of();
            } else if (failure != null && !commitsFail) {
                commitsFail = true;
                LOG.warn(
                        "trained offsets are not shown to lag monitors group={} reason={}",
                        group,
                        failure.getMessage());
            }
        });
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets() {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition each : partitions) {
            int partition = each.partition();
            offsets.put(
                    each,
                    new OffsetAndMetadata(
                            Math.max(0, shown.get(partition)),
                            NeededFrom.metadata(shownNeeded.get(partition).nextOffset())));
        }
        return offsets;
    }

    /** What the last checkpoint no longer needs is shown when the run ends, too: others may delete it then. */
    void end() {
        if (shown.isEmpty() || needed.get().equals(shownNeeded)) {
            return;
        }
        shownNeeded = needed.get();
        try {
            consumer.commitSync(offsets(), Duration.ofSeconds(1));
        } catch (KafkaException away) {
            LOG.debug("last checkpoint not shown group={} reason={}", group, away.getMessage());
        }
    }
}
