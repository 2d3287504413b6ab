package io.streamclr.trainer.step;

/** Wants a step no longer after so many chunks beside the first. */
final class GivenUp implements StepWatch {

    private final int after;
    private volatile int chunks;

    GivenUp(int after) {
        this.after = after;
    }

    @Override
    public boolean goesOn() {
        return chunks <= after;
    }

    @Override
    public void passed(int done, int of) {
        chunks++;
    }

    /** How many chunks were passed. */
    int chunks() {
        return chunks;
    }
}
