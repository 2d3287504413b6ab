package io.streamclr.augment.source;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * How many more images of each partition may be read now, as the reader of the views allows. The broker is asked ten
 * times a second; between two answers the images read are counted off.
 */
final class AheadLimit implements AutoCloseable {

    private static final long REFRESH_NANOS = Duration.ofMillis(100).toNanos();

    /** Nothing to ask where there is no limit. */
    private final UnreadViews unread;

    private final long share;
    private final Map<Integer, Long> room = new HashMap<>();
    private long refreshed;

    private AheadLimit(UnreadViews unread, long share) {
        this.unread = unread;
        this.share = share;
    }

    static AheadLimit none() {
        return new AheadLimit(null, Long.MAX_VALUE);
    }

    /**
     * A limit.
     *
     * @param share pairs that may lie unread in each partition, 1 or more
     */
    static AheadLimit of(UnreadViews unread, long share) {
        return new AheadLimit(unread, share);
    }

    boolean limited() {
        return unread != null;
    }

    /** Pauses the partitions that have no room and lets the others go on. */
    void apply(Consumer<?, ?> consumer) throws InterruptedException {
        if (!limited()) {
            return;
        }
        Set<Integer> partitions = new HashSet<>();
        consumer.assignment().forEach(partition -> partitions.add(partition.partition()));
        long now = System.nanoTime();
        if (!room.keySet().containsAll(partitions) || now - refreshed > REFRESH_NANOS) {
            unread.count(partitions).forEach((partition, count) -> room.put(partition, share - count));
            refreshed = System.nanoTime();
        }
        Set<TopicPartition> full = new HashSet<>(consumer.assignment());
        full.removeIf(partition -> room(partition.partition()) > 0);
        consumer.resume(consumer.assignment());
        consumer.pause(full);
    }

    /** Images of this partition that may be read now, 0 or more. */
    long room(int partition) {
        return limited() ? Math.max(0, room.getOrDefault(partition, 0L)) : Long.MAX_VALUE;
    }

    /** Counts off what was read. */
    void took(int partition, int images) {
        if (limited()) {
            room.merge(partition, (long) -images, Long::sum);
        }
    }

    @Override
    public void close() {
        if (limited()) {
            unread.close();
        }
    }
}
