package io.streamclr.local.demo;

import io.streamclr.local.disk.Needs;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topic;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;

/** What a demo takes of a disk: named before it starts, and views are kept for as long as there is room for them. */
final class DemoDisk {

    private static final long BROKER_BYTES = 256L << 20;
    private static final long CHECKPOINT_BYTES = 64L << 20;
    private static final long LOG_BYTES = 40L << 20;

    /** What a pair takes beside its pixels: lineage, ids, the record. */
    private static final int PAIR_OVERHEAD = 600;

    private static final long MOST_KEPT = 1L << 30;
    private static final long SMALLEST_SEGMENT = 8L << 20;
    private static final long LARGEST_SEGMENT = 128L << 20;

    private DemoDisk() {}

    /**
     * @param bytes of the data set
     * @throws RefusalException if the data set, which is not there yet, and a demo on it do not fit
     */
    static void requireForDataSet(Path home, long bytes) {
        Needs.of(home)
                .andPyTorch()
                .and("the data set", bytes)
                .and("the broker", BROKER_BYTES)
                .require();
    }

    /**
     * How the broker keeps within the disk.
     *
     * @throws RefusalException if the demo does not fit, with what it needs
     */
    static Map<String, String> settings(DemoPlan plan) {
        long unread = leastKept(plan);
        long there = held(plan, Topic.VIEWS);
        long left = Needs.of(plan.home())
                .andPyTorch()
                .and("the broker", BROKER_BYTES)
                .and("checkpoints and logs", CHECKPOINT_BYTES + LOG_BYTES)
                .and("images", Needs.bytesUnder(plan.train(), "") * 11 / 10 - held(plan, Topic.IMAGES))
                .and("views", DemoPlan.PARTITIONS * (unread + segment(unread)) - there)
                .require();
        // A fifth of what is left stays free for whoever else writes there.
        long kept = Math.min(MOST_KEPT, unread + (left + there) / 5 * 4 / DemoPlan.PARTITIONS);
        return Map.of(
                "log.retention.bytes", Long.toString(kept),
                "log.segment.bytes", Long.toString(segment(kept)));
    }

    /** Bytes of a partition of views that must be there: twice what waits for the trainer. */
    private static long leastKept(DemoPlan plan) {
        long side = plan.recipe().size();
        long pair = 2 * 3 * side * side + PAIR_OVERHEAD;
        return Math.max(SMALLEST_SEGMENT, 2 * plan.pairsAhead() * pair / DemoPlan.PARTITIONS);
    }

    private static long segment(long kept) {
        return Math.max(SMALLEST_SEGMENT, Math.min(LARGEST_SEGMENT, kept / 4));
    }

    /** What an earlier start has left in a topic. */
    private static long held(DemoPlan plan, Topic topic) {
        Path data = plan.folder().resolve("kafka/data");
        return IntStream.range(0, DemoPlan.PARTITIONS)
                .mapToLong(partition -> Needs.bytesUnder(data.resolve(topic.defaultName() + "-" + partition), ".log"))
                .sum();
    }
}
