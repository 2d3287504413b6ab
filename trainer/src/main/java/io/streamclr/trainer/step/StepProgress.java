package io.streamclr.trainer.step;

import java.util.List;
import java.util.function.BooleanSupplier;

/** Counts the ways of a device's chunks through its network in one step, and ends the step between two of them. */
final class StepProgress {

    private static final int FORWARD = 1;
    private static final int BACK = 2;

    private final StepWatch watch;
    private final BooleanSupplier goesOn;
    private final int all;
    private int done;

    private StepProgress(StepWatch watch, BooleanSupplier goesOn, int chunks, int forwardTwice) {
        this.watch = watch;
        this.goesOn = goesOn;
        this.all = chunks * FORWARD + chunks * BACK + forwardTwice * FORWARD;
    }

    /** Of the first device, which says how far it is. @param forwardTwice how many of its chunks go forward twice */
    static StepProgress watched(StepWatch watch, List<Chunk> chunks, int forwardTwice, boolean divisible) {
        return new StepProgress(watch, divisible ? watch::goesOn : () -> true, chunks.size(), forwardTwice);
    }

    /** Of another device, which only ends with the step. */
    static StepProgress silent(StepWatch watch, List<Chunk> chunks, int forwardTwice) {
        return new StepProgress(StepWatch.NONE, watch::goesOn, chunks.size(), forwardTwice);
    }

    /** @throws StepAbandoned if the step is to end here */
    void forward() {
        passed(FORWARD);
    }

    /** @throws StepAbandoned if the step is to end here */
    void back() {
        passed(BACK);
    }

    private void passed(int work) {
        done += work;
        watch.passed(done, all);
        // What is computed whole is not thrown away.
        if (done < all && !goesOn.getAsBoolean()) {
            throw new StepAbandoned();
        }
    }
}
