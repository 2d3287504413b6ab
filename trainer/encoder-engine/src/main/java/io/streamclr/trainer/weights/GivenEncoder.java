package io.streamclr.trainer.weights;

import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * An encoder as a file gives it.
 *
 * @param backbone which encoder it is
 * @param openStem whether the tensors of a ResNet fit the stems small and small2 alike
 * @param openStages whether the file does not say of how many stages a ResNet's features are
 * @param norm of a ResNet's layers, and of the head that an encoder of ours had; empty where nobody knows
 * @param pixels how its inputs are normalised; empty where the file does not say
 * @param values of every tensor of the encoder, by our names
 * @param leftOut tensors of the file that are not the encoder's, such as a classifier's
 */
public record GivenEncoder(
        Backbone backbone,
        boolean openStem,
        boolean openStages,
        Optional<Norm> norm,
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
                backbone(usual.backbone()),
                usual.head(),
                norm.orElse(usual.backbone() instanceof ResNet ? Norm.GROUP : usual.norm()),
                pixels.orElse(Normalisation.IMAGENET), // what torchvision and all who follow it train with
                usual.precision(),
                usual.whitened());
    }

    private Backbone backbone(Backbone usual) {
        if (backbone instanceof ResNet resnet && usual instanceof ResNet other) {
            Stem open = other.stem() == Stem.IMAGENET ? Stem.SMALL : other.stem();
            return new ResNet(
                    resnet.depth(),
                    resnet.width(),
                    resnet.bottleneck(),
                    resnet.lateWidth(),
                    openStem ? open : resnet.stem(),
                    openStages ? other.stages() : resnet.stages(),
                    other.zeroGamma());
        }
        return backbone;
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
        return "GivenEncoder[" + backbone.title() + "]";
    }
}
