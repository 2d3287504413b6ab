package io.streamclr.trainer.views;

import io.streamclr.schemas.RefusalException;
import java.util.stream.IntStream;

/**
 * The part of a run that one of its ranks has. Ranks are processes that train one run together, each on its own
 * partitions of the views and its own rows of every batch.
 *
 * @param rank number of the rank, from 0
 * @param ranks how many there are, 1 for a run of one process
 */
public record RankShare(int rank, int ranks) {

    /** All of a run. */
    public static final RankShare WHOLE = new RankShare(0, 1);

    public RankShare {
        if (ranks < 1 || rank < 0 || rank >= ranks) {
            throw RefusalException.ofUsage("There is no rank " + rank + " of " + ranks
                    + "; ranks are numbered from 0, and there is one at least");
        }
    }

    /** Whether there are other ranks. */
    public boolean isPart() {
        return ranks > 1;
    }

    /** Whether this rank has no other before it: it is the one that saves, and that people look at. */
    public boolean isFirst() {
        return rank == 0;
    }

    /** Whether this rank reads a partition of the topic of views. */
    public boolean owns(int partition) {
        return partition % ranks == rank;
    }

    /** The partitions that this rank reads, ascending. @param count partitions of the topic of views */
    public int[] owned(int count) {
        return IntStream.range(0, count).filter(this::owns).toArray();
    }

    /** How many ranks there are, as the log of batches has it: 0 for one process. */
    public int logged() {
        return isPart() ? ranks : 0;
    }

    /**
     * The name under which this rank's batches are logged: the first rank's that of the run, and another's with its number
     * after a slash, which no run's name has.
     */
    public String nameOf(String run) {
        return isFirst() ? run : run + "/" + rank;
    }
}
