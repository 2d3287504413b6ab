package io.streamclr.trainer;

import java.nio.file.Path;

/** Watches a training. It is called by the training's own thread, so it should be quick. */
public interface TrainingListener {

    /**
     * Training is about to begin or to go on.
     *
     * @param step the last step that is trained; 0 for a new run
     * @param pairs view pairs trained so far
     */
    default void began(long step, long pairs) {}

    /**
     * One step is done.
     *
     * @param step 1 for the first of the run
     * @param loss of this step's batch before the update, in nats
     * @param rate the learning rate of this step
     * @param pairs view pairs trained since the run began
     * @param pairsPerSecond lately, waiting included
     * @param waitingShare of the time lately that was spent waiting for views, in [0, 1]
     * @param seconds this step took, waiting left out
     */
    record StepReport(
            long step,
            double loss,
            double rate,
            long pairs,
            double pairsPerSecond,
            double waitingShare,
            double seconds) {}

    /** Called after every step. */
    void trained(StepReport report);

    /** @param checkpoint the folder of a checkpoint that is in place now */
    default void saved(long step, Path checkpoint) {}
}
