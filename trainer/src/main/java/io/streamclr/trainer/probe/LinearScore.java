package io.streamclr.trainer.probe;

/**
 * What a linear classifier makes of features.
 *
 * @param confusion of the test rows
 * @param penalty the l2 penalty that was best on the held-out training rows
 * @param heldOut accuracy with it on the held-out training rows, in [0, 1]
 */
public record LinearScore(Confusion confusion, double penalty, double heldOut) {

    /** On the test rows, in [0, 1]. */
    public double accuracy() {
        return confusion.accuracy();
    }
}
