package io.streamclr.trainer.ranks;

import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;

/**
 * A rank that is gone.
 *
 * @param rank its number
 * @param reason as it said itself, or as others see it
 * @param exitCode of its process, which becomes that of the others
 */
record RankLost(int rank, String reason, int exitCode) {

    /** The reason of one that left without a failure. */
    static final String DONE = "it was done before this one";

    private static final int USUAL = 1;

    private static final int LONGEST = 2000;

    /** What another process says is shown to people. */
    RankLost {
        reason = OneLine.of(reason.substring(0, Math.min(LONGEST, reason.length())));
    }

    /** As others see it. */
    RankLost(int rank, String reason) {
        this(rank, reason, USUAL);
    }

    /** Advises to start again where that helps: not with wrong options, nor where another trainer took the run over. */
    RefusalException refusal() {
        String advice = exitCode == USUAL
                ? "; when that is settled start all ranks again, and they go on from the newest checkpoint"
                : "";
        return new RefusalException("Rank " + rank + " ended: " + reason + advice, exitCode);
    }
}
