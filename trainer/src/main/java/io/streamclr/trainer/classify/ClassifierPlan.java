package io.streamclr.trainer.classify;

import io.streamclr.trainer.optimiser.UpdateRule;

/**
 * How a classifier is trained.
 *
 * @param rule how weights move
 * @param peak the learning rate after a warm-up over a twentieth of the training; from there it falls to 0 by a cosine
 * @param batch images in a step, 2 or more; of a smaller set, all of it
 * @param budget how long
 * @param seed of the order of images and of how they are moved
 */
public record ClassifierPlan(UpdateRule rule, double peak, int batch, Budget budget, long seed) {

    private static final double WARM_UP = 0.05;

    public ClassifierPlan {
        if (!(peak > 0) || Double.isInfinite(peak)) {
            throw new IllegalArgumentException("The learning rate is " + peak + ", but it must be a number above 0");
        }
        if (batch < 2) {
            throw new IllegalArgumentException("A step takes 2 images or more, not " + batch);
        }
    }

    /** @param passed the part of the training that is done, 0 to 1 */
    double rate(double passed) {
        if (passed < WARM_UP) {
            return peak * Math.max(passed, WARM_UP / 100) / WARM_UP;
        }
        return peak * 0.5 * (1 + StrictMath.cos(Math.PI * (passed - WARM_UP) / (1 - WARM_UP)));
    }
}
