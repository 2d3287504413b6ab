package io.streamclr.trainer.step;

/** Hears how far a step is while it is computed, and may have it given up between two chunks. */
public interface StepWatch {

    /** Hears nothing, and lets every step be done. */
    StepWatch NONE = new StepWatch() {
        @Override
        public boolean goesOn() {
            return true;
        }

        @Override
        public void passed(int done, int of) {}
    };

    /** Whether the step is still wanted; called by any thread that computes a part of it. */
    boolean goesOn();

    /**
     * A chunk has passed through the first device's network, forwards or back. Called by the thread that trains.
     *
     * @param done work so far, where a way forwards is 1 and a way back is 2
     * @param of all work of the step, the loss left out
     */
    void passed(int done, int of);
}
