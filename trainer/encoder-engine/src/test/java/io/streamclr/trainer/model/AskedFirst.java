package io.streamclr.trainer.model;

import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;

/** A program that asks for the faster precision before anything else, as commands do that have not loaded PyTorch yet. */
final class AskedFirst {

    private AskedFirst() {}

    public static void main(String[] arguments) {
        NetworkPlan network = new NetworkPlan(
                18,
                0.25,
                Stem.SMALL2,
                1,
                new HeadPlan(2, 64, 32, 0),
                Norm.BATCH,
                false,
                Normalisation.NONE,
                Precision.FLOAT32);
        System.out.println("fast in 16 bits: " + Convolutions.fastInSixteenBits(network, 16, 64));
    }
}
