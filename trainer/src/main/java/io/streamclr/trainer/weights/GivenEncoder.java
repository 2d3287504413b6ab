package io.streamclr.trainer.weights;

import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.Stem;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An encoder as a file gives it.
 *
 * @param depth of the ResNet
 * @param width multiplier of all widths
 * @param stem empty where the tensors fit more than one
 * @param norm of its layers
 * @param stages that its features are taken from; empty where the file does not say
 * @param pixels how its inputs are normalised; empty where the file does not say
 * @param values of every tensor of the encoder, by our names
 * @param leftOut tensors of the file that are not the encoder's, such as a classifier's
 */
public record GivenEncoder(
        int depth,
        double width,
        Optional<Stem> stem,
        Norm norm,
        Optional<Integer> stages,
        Optional<Normalisation> pixels,
        Map<String, float[]> values,
        Set<String> leftOut) {

    /**
     * The network that takes these values.
     *
     * @param usual its head, its precision, and what the file does not say; its other parts are of no account
     */
    public NetworkPlan network(NetworkPlan usual) {
        return new NetworkPlan(
                depth,
                width,
                stem.orElse(usual.stem() == Stem.IMAGENET ? Stem.SMALL : usual.stem()),
                stages.orElse(usual.stages()),
                usual.head(),
                norm,
                usual.zeroGamma(),
                pixels.orElse(Normalisation.IMAGENET), // what torchvision and all who follow it train with
                usual.precision());
    }

    @Override
    public boolean equals(Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }

    @Override
    public String toString() {
        return "GivenEncoder[ResNet-" + depth + ", width " + width + "]";
    }
}
