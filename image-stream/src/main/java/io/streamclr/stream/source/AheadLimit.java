package io.streamclr.stream.source;

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
 *
 * <p>Images that cannot be decoded become no views, so nobody's reading holds them up. Where nothing else is in a
 * partition, passes after the first would read and decode the same images as fast as they can, for nothing; those go on
 * at one image every few seconds.
 */
final class AheadLimit implements AutoCloseable {

    private static final long REFRESH_NANOS = Duration.ofMillis(100).toNanos();

    /** More than are on their way between two answers. */
    private static final long MOST_BARREN = 1000;

    private static final long RELIEF_NANOS = Duration.ofSeconds(10).toNanos();

    /** Nothing to ask where there is no limit. */
    private final UnreadViews unread;

    private final long share;
    private final Map<Integer, Long> room = new HashMap<>();
    private final Map<Integer, Long> ends = new HashMap<>();
    /** Images of each partition that were read since a new view of it was seen. */
    private final Map<Integer, Long> barren = new HashMap<>();

    private long relieved = System.nanoTime();
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

    /**
     * Pauses the partitions that have no room and lets the others go on.
     *
     * @param repeated partitions whose first pass is over
     */
    void apply(Consumer<?, ?> consumer, Set<Integer> repeated) throws InterruptedException {
        if (!limited()) {
            return;
        }
        Set<Integer> partitions = new HashSet<>();
        consumer.assignment().forEach(partition -> partitions.add(partition.partition()));
        long now = System.nanoTime();
        if (!room.keySet().containsAll(partitions) || now - refreshed > REFRESH_NANOS) {
            unread.count(partitions).forEach(this::note);
            refreshed = System.nanoTime();
            relieve();
        }
        Set<TopicPartition> full = new HashSet<>(consumer.assignment());
        full.removeIf(partition -> room(partition.partition(), repeated.contains(partition.partition())) > 0);
        consumer.resume(consumer.assignment());
        consumer.pause(full);
    }

    private void note(int partition, UnreadViews.Views views) {
        room.put(partition, share - views.unread());
        Long before = ends.put(partition, views.end());
        if (before != null && before != views.end()) {
            barren.remove(partition);
        }
    }

    private void relieve() {
        if (refreshed - relieved > RELIEF_NANOS) {
            relieved = refreshed;
            barren.replaceAll((partition, images) -> Math.min(images, MOST_BARREN - 1));
        }
    }

    /**
     * Images of this partition that may be read now, 0 or more.
     *
     * @param repeated whether its first pass is over
     */
    long room(int partition, boolean repeated) {
        if (!limited()) {
            return Long.MAX_VALUE;
        }
        long left = Math.max(0, room.getOrDefault(partition, 0L));
        return repeated ? Math.min(left, Math.max(0, MOST_BARREN - barren.getOrDefault(partition, 0L))) : left;
    }

    /** Counts off what was read. */
    void took(int partition, int images) {
        if (limited()) {
            room.merge(partition, (long) -images, Long::sum);
            barren.merge(partition, (long) images, Long::sum);
        }
    }

    @Override
    public void close() {
        if (limited()) {
            unread.close();
        }
    }
}
