package io.streamclr.trainer.views;

import io.streamclr.schemas.identity.Seeds;

/** Permutes a block. Pure: the same seed and size give the same order on every machine and in every release. */
public final class Shuffle {

    private Shuffle() {}

    /** Seed of the shuffle of block {@code blockNumber} of a run. */
    public static long seed(long runSeed, long blockNumber) {
        return Seeds.of(runSeed, "shuffle", blockNumber);
    }

    /**
     * Fisher and Yates' shuffle of 0 .. size-1. The draw for place i comes from the seed and i alone; 32 random bits
     * scaled to i + 1 places favour some of them by at most one part in 2^32 / size, which nobody can notice.
     *
     * @param size 0 to 2^31 - 1
     * @return at each place of the batches' order, the place in the block
     */
    public static int[] order(long seed, int size) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            order[i] = i;
        }
        for (int i = size - 1; i > 0; i--) {
            int other = (int) (((Seeds.of(seed, "place", i) >>> 32) * (i + 1L)) >>> 32);
            int swapped = order[i];
            order[i] = order[other];
            order[other] = swapped;
        }
        return order;
    }
}
