package io.streamclr.trainer.memory;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.form.Word;
import java.util.Objects;

/**
 * What a run remembers and how often it trains on it.
 *
 * @param policy who stays in the memory; {@link Policy#NONE} for no memory
 * @param capacity images that the memory holds, 1 or more; 0 without one
 * @param replayedShare of each batch that has fresh images, in [0, 1)
 * @param updates steps for each fresh batch, 1 or more; those after the first are trained from memory alone
 */
public record MemoryPlan(Policy policy, int capacity, double replayedShare, int updates) {

    /** Who stays when the memory is full. */
    public enum Policy implements Word {
        NONE("none"),
        /** The newest images. */
        FIFO("fifo"),
        /** Any image of the stream so far, all with the same chance (Vitter 1985, algorithm R). */
        RESERVOIR("reservoir"),
        /** Images that look least alike to the encoder (Purushwalkam et al. 2022, arXiv:2203.12710). */
        MINRED("minred"),
        /** As many images of each region of the encoder's space as of any other (after arXiv:2606.31275). */
        CENTROID("centroid");

        private final String word;

        Policy(String word) {
            this.word = word;
        }

        /** Whether it asks how the encoder sees the images. */
        public boolean needsFeatures() {
            return this == MINRED || this == CENTROID;
        }

        @Override
        public String word() {
            return word;
        }

        /** As the command line has it. */
        @Override
        public String toString() {
            return word;
        }
    }

    /** A run that trains on each view once, as it comes. */
    public static final MemoryPlan NONE = new MemoryPlan(Policy.NONE, 0, 0, 1);

    /** @throws RefusalException if a value is out of its range, or has no use */
    public MemoryPlan {
        Objects.requireNonNull(policy, "policy");
        if (updates < 1 || updates > 10_000) {
            throw RefusalException.ofUsage("A fresh batch cannot be followed by " + (updates - 1L)
                    + " steps from memory; give --updates 1 to 10000, of which 10 is usual");
        }
        if (!(replayedShare >= 0 && replayedShare < 1)) {
            throw RefusalException.ofUsage("A share of " + replayedShare
                    + " of a batch cannot be replayed, because some of it must be fresh; give --replayed-share 0 to"
                    + " below 1");
        }
        if (policy == Policy.NONE && (updates > 1 || replayedShare > 0 || capacity != 0)) {
            throw RefusalException.ofUsage(
                    "Without a memory nothing can be replayed; give --memory fifo, reservoir, minred"
                            + " or centroid, or leave out --memory-size, --replayed-share and --updates");
        }
        if (policy != Policy.NONE && updates == 1 && replayedShare == 0) {
            throw RefusalException.ofUsage(
                    "A memory that nothing is replayed from has no use; give --replayed-share above 0"
                            + " or --updates above 1, or leave out --memory");
        }
        if (policy != Policy.NONE && capacity < 1) {
            throw RefusalException.ofUsage(
                    "A memory cannot hold " + capacity + " images; give --memory-size 1 or more, 50000 is usual");
        }
    }

    /** Whether there is a memory. */
    public boolean remembers() {
        return policy != Policy.NONE;
    }

    /**
     * How many pairs of a batch that has fresh images are replayed.
     *
     * @throws RefusalException if none would be fresh, or the memory cannot hold those that are
     */
    public int replayedPairs(int batchPairs) {
        int replayed = (int) Math.round(replayedShare * batchPairs);
        if (replayed >= batchPairs) {
            throw RefusalException.ofUsage("Of " + batchPairs + " pairs a share of " + replayedShare
                    + " leaves none that is fresh; give a smaller --replayed-share or a larger --batch-size");
        }
        if (remembers() && capacity < batchPairs - replayed) {
            throw RefusalException.ofUsage("A memory of " + capacity + " images does not hold the "
                    + (batchPairs - replayed) + " fresh ones of a batch; give a larger --memory-size");
        }
        return replayed;
    }
}
