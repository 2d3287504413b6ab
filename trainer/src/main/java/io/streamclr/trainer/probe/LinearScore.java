package io.streamclr.trainer.probe;

/**
 * What a linear classifier makes of features.
 *
 * @param accuracy on the test rows, in [0, 1]
 * @param penalty the l2 penalty that was best on the held-out rows
 * @param heldOut accuracy with it on the held-out rows, in [0, 1]
 */
public record LinearScore(double accuracy, double penalty, double heldOut) {}
