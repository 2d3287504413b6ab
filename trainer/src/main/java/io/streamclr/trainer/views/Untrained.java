package io.streamclr.trainer.views;

import io.streamclr.trainer.views.FeedPosition.BlockRange;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How many records of each partition are in blocks that were filled and are not yet trained. Records are counted and not
 * offsets: between two of them may lie any number of offsets that never become a record, such as what a transaction
 * dropped, and any number of repetitions.
 */
public final class Untrained {

    private final long[] filled;
    /** By number of a block, the records that were filled in before it. */
    private final Map<Long, long[]> before = new HashMap<>();

    public Untrained(int partitions) {
        filled = new long[partitions];
    }

    /** A block begins to be filled. */
    public void begin(long block) {
        before.put(block, filled.clone());
    }

    /** The block that began last is full, with these records. */
    public void full(List<BlockRange> ranges) {
        ranges.forEach(range -> filled[range.partition()] += range.records());
    }

    /**
     * Records of full blocks that are not yet trained.
     *
     * @param trained where the feed stands after the newest trained batch; blocks before it are not asked for again
     */
    public long of(int partition, FeedPosition trained) {
        before.keySet().removeIf(block -> block < trained.blockNumber());
        long done = before.getOrDefault(trained.blockNumber(), filled)[partition];
        for (BlockRange range : trained.block()) {
            if (range.partition() == partition) {
                done += (long) range.records()
                        * trained.batchInBlock()
                        / trained.feeding().blockBatches();
            }
        }
        return filled[partition] - done;
    }
}
