package io.streamclr.trainer.step;

/** A step was given up between two chunks, as its {@link StepWatch} wanted. No weight and no statistic has moved. */
public final class StepAbandoned extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StepAbandoned() {
        super("the step was given up before its end", null, false, false);
    }
}
