package io.streamclr.trainer.command;

import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The options that say what network is trained. */
final class NetworkOptions {

    @Option(
            names = "--backbone",
            paramLabel = "NAME",
            completionCandidates = Offered.Backbones.class,
            description = "Encoder as published: ${COMPLETION-CANDIDATES}; or vit-LAYERSxWIDTH, or"
                    + " convnext-AxBxCxD-WIDTH by the blocks of its stages (default: a ResNet by --preset, or that of"
                    + " --weights).")
    private Optional<String> backbone;

    @Option(
            names = "--patch",
            paramLabel = "PIXELS",
            description = "ViT: side of a patch, a divisor of the size of the views (default: 4 for views up to 64"
                    + " pixels, otherwise 16).")
    private Optional<Integer> patch;

    @Option(
            names = "--freeze-patch",
            paramLabel = "true|false",
            completionCandidates = Offered.TrueOrFalse.class,
            arity = "0..1",
            fallbackValue = "true",
            description = "ViT: never train the projection of patches, as in MoCo v3, which keeps training stable;"
                    + " --freeze-patch=false does (default: off).")
    private Optional<Boolean> freezePatch;

    @Option(
            names = "--depth",
            paramLabel = "N",
            completionCandidates = Offered.Depths.class,
            description = "ResNet depth: 10, 18, 34, 50, 101 or 152 (default: by --preset).")
    private Optional<Integer> depth;

    @Option(
            names = "--width",
            paramLabel = "FACTOR",
            converter = FractionConverter.class,
            description =
                    "ResNet: width multiplier; 1/4, or 0.25, starts with 16 channels (default: by --preset, 1 with"
                            + " --backbone).")
    private Optional<Double> width;

    @Option(
            names = "--late-width",
            paramLabel = "N",
            description =
                    "ResNet: multiplier of the widths of the last two stages alone, 1 to 8 (default: by --preset, 1"
                            + " with --backbone or --depth).")
    private Optional<Integer> lateWidth;

    @Option(
            names = "--stem",
            paramLabel = "NAME",
            description = "First layer: imagenet (7x7, stride 2, max-pool; views of 64 pixels and more), small (3x3),"
                    + " small2 (3x3, stride 2, a quarter of the work). A ConvNeXt begins with patches of 4, 1 and 2"
                    + " pixels (default: by --preset).")
    private Optional<Stem> stem;

    @Option(
            names = "--stages",
            paramLabel = "N",
            completionCandidates = Offered.Stages.class,
            description = "ResNet: features of the last N of the four stages: 1, as in torchvision, or 2, 3 or 4,"
                    + " average-pooled and concatenated, the earliest first (default: by --preset, 1 with"
                    + " --backbone).")
    private Optional<Integer> stages;

    @Option(
            names = "--norm",
            paramLabel = "NAME",
            description = "Normalisation layers of a ResNet and of the head: batch, or group, which is independent of"
                    + " the batch, so that a batch in chunks has exactly the gradient of the whole (default: by --preset,"
                    + " group for a ViT or a ConvNeXt).")
    private Optional<Norm> norm;

    @Option(
            names = "--zero-gamma",
            paramLabel = "true|false",
            completionCandidates = Offered.TrueOrFalse.class,
            arity = "0..1",
            fallbackValue = "true",
            description =
                    "ResNet: initialise the last norm scale of each residual block to 0, as in the SimCLR reference;"
                            + " --zero-gamma=false does not (default: by --preset).")
    private Optional<Boolean> zeroGamma;

    @Option(
            names = "--normalise",
            paramLabel = "NAME",
            description = "Input normalisation of pixels in [0, 1]: none, or imagenet (torchvision's mean and"
                    + " standard deviation) (default: by --preset).")
    private Optional<Normalisation> normalise;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            description = "Compute precision of convolutions, and of the linear layers of a ViT or a ConvNeXt:"
                    + " float32, bfloat16 or float16; weights stay float32"
                    + " (default: by --preset).")
    private Optional<Precision> precision;

    @Option(
            names = "--head-layers",
            paramLabel = "N",
            completionCandidates = Offered.HeadLayers.class,
            description = "Layers of the projection head: 0, 1, 2 or 3 (default: by --preset).")
    private Optional<Integer> headLayers;

    @Option(
            names = "--head-hidden",
            paramLabel = "N",
            description = "Hidden width of the projection head; 0 for the encoder's output width (default:"
                    + " by --preset).")
    private Optional<Integer> headHidden;

    @Option(
            names = "--head-output",
            paramLabel = "N",
            description = "Output dimensions of the projection head (default: by --preset).")
    private Optional<Integer> headOutput;

    @Option(
            names = "--head-spread",
            paramLabel = "S",
            description = "Standard deviation of the head's initial weights, 0.01 in the SimCLR reference; 0 scales"
                    + " it with each layer's fan-in (default: by --preset).")
    private Optional<Double> headSpread;

    @Option(
            names = "--whiten",
            paramLabel = "true|false",
            completionCandidates = Offered.TrueOrFalse.class,
            arity = "0..1",
            fallbackValue = "true",
            description = "Whiten the features of published encoders by how two views of an image differ, so that"
                    + " nearest neighbours are more often of the same kind; training is the same. --whiten=false does"
                    + " not (default: by --preset).")
    private Optional<Boolean> whiten;

    /**
     * The network.
     *
     * @param usual what was not given
     * @param weights whether {@code usual} is of weights
     * @param side of the views, in pixels; empty while nobody knows
     */
    NetworkPlan plan(NetworkPlan usual, boolean weights, OptionalInt side) {
        HeadPlan head = new HeadPlan(
                headLayers.orElse(usual.head().layers()),
                headHidden.orElse(usual.head().hidden()),
                headOutput.orElse(usual.head().output()),
                headSpread.orElse(usual.head().spread()));
        Backbone chosen = choice().of(usual.backbone(), weights, side);
        return new NetworkPlan(
                chosen,
                head,
                norm.orElse(usualNorm(chosen, usual)),
                normalise.orElse(usual.pixels()),
                precision.orElse(usual.precision()),
                whiten.orElse(usual.whitened()));
    }

    /** A backbone that sees each image by itself is not given a head that does not, where a preset is for ResNets. */
    private static Norm usualNorm(Backbone chosen, NetworkPlan usual) {
        boolean resnet = chosen instanceof ResNet;
        if (resnet == usual.backbone() instanceof ResNet) {
            return usual.norm();
        }
        return resnet ? Norm.BATCH : Norm.GROUP;
    }

    private BackboneChoice choice() {
        return new BackboneChoice(backbone, depth, width, lateWidth, stem, stages, zeroGamma, patch, freezePatch);
    }

    boolean saysPrecision() {
        return precision.isPresent();
    }

    /** Whether all is given that a preset takes from the size of the views. */
    boolean sayWhatDependsOnTheSize() {
        return choice().saysWhatDependsOnTheSize() && saysPrecision();
    }
}
