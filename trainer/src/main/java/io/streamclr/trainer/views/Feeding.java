package io.streamclr.trainer.views;

import java.util.Objects;

/**
 * How a run is fed, from its first step to its last.
 *
 * @param runId names the run
 * @param seed the run's seed
 * @param batchPairs pairs in each of its batches
 * @param blockBatches batches in each of its blocks
 * @param mix how much of the batches comes from the run's memory
 */
public record Feeding(String runId, long seed, int batchPairs, int blockBatches, Mix mix) {

    public Feeding {
        Objects.requireNonNull(runId, "runId");
        Objects.requireNonNull(mix, "mix");
    }

    /** The same for a run of another name. */
    Feeding ofRun(String other) {
        return new Feeding(other, seed, batchPairs, blockBatches, mix);
    }
}
