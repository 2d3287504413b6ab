package io.streamclr.trainer.views;

/**
 * How much of a run's batches comes from its memory.
 *
 * @param replayedPairs of each batch that has fresh pairs; 0 or more
 * @param updates steps for each fresh batch, 1 or more; those after the first have replayed pairs alone
 */
public record Mix(int replayedPairs, int updates) {

    /** All pairs are fresh. */
    public static final Mix FRESH = new Mix(0, 1);

    public Mix {
        if (replayedPairs < 0 || updates < 1) {
            throw new IllegalArgumentException("A mix has 0 replayed pairs or more and 1 update or more, not "
                    + replayedPairs + " and " + updates);
        }
    }

    /** Whether a step has fresh pairs. @param step 1 for the first */
    public boolean isFresh(long step) {
        return (step - 1) % updates == 0;
    }

    /** Number of the first fresh batch that is in this step or after it, from 0. */
    long freshBatchFrom(long step) {
        return (step - 1 + updates - 1) / updates;
    }

    /** Number of the fresh batch that this step has or follows, from 0. */
    public long freshBatchOf(long step) {
        return (step - 1) / updates;
    }
}
