package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.memory.MemoryPlan;

/**
 * How view pairs become batches.
 *
 * @param pairs view pairs in a batch
 * @param blockBatches batches that are shuffled together
 * @param chunkViews views that go through the network at once; at least twice {@code pairs} for one pass
 */
public record Batching(int pairs, int blockBatches, int chunkViews) {

    /** @throws RefusalException if a chunk is too small; what the feed takes is checked against its own limits */
    public Batching {
        if (chunkViews < 4) {
            throw RefusalException.ofUsage(
                    "A chunk of " + chunkViews + " views is too small for batch normalisation; 4 is the least");
        }
    }

    /** The same in other chunks. */
    public Batching chunk(int views) {
        return new Batching(pairs, blockBatches, views);
    }

    /**
     * How many view pairs must be there for so many steps: fresh ones are read in whole blocks.
     *
     * @param steps 1 or more
     */
    public long freshPairs(long steps, MemoryPlan memory) {
        long fresh = (steps + memory.updates() - 1) / memory.updates();
        long blocks = (fresh + blockBatches - 1) / blockBatches;
        return blocks * blockBatches * (pairs - memory.replayedPairs(pairs));
    }
}
