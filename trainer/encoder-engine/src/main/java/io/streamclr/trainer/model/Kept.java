package io.streamclr.trainer.model;

import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Precision;

/**
 * What operators keep of their inputs and outputs for the way back, as PyTorch has it: a convolution and a linear layer keep
 * their input, a normalisation its own, a ReLU its output, which the next layer keeps anyway.
 *
 * @param precision of what is computed in the precision of the plan
 * @param norm what normalises a ResNet
 */
record Kept(Precision precision, Norm norm) {

    /** Of a number in 32 bits, whatever the precision is. */
    static final int FULL = 4;

    /** Of a place in a map, as a max-pool notes it. */
    static final int PLACE = 8;

    /** Mean and deviation of each place that a layer normalisation looks at. */
    static final int MOMENTS = 8;

    /** Bytes of a number in the precision of the plan. */
    int low() {
        return precision == Precision.FLOAT32 ? FULL : 2;
    }

    /** Bytes of a number that a ResNet's normalisation takes in: group normalisation is computed in 32 bits. */
    int normalised() {
        return norm == Norm.GROUP ? FULL : low();
    }

    /** Bytes that the pixels take in front of the first layer. */
    long pixels(int height, int width) {
        return 3L * height * width * low();
    }
}
