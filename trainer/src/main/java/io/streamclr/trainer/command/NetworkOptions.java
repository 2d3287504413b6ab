package io.streamclr.trainer.command;

import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say what network is trained. */
final class NetworkOptions {

    @Option(
            names = "--depth",
            paramLabel = "N",
            completionCandidates = Offered.Depths.class,
            description = "ResNet depth: 18, 34, 50, 101 or 152 (default: by --preset).")
    private Optional<Integer> depth;

    @Option(
            names = "--width",
            paramLabel = "FACTOR",
            converter = FractionConverter.class,
            description = "Width multiplier; 1/4, or 0.25, starts with 16 channels (default: by --preset).")
    private Optional<Double> width;

    @Option(
            names = "--stem",
            paramLabel = "NAME",
            description = "First layer: imagenet (7x7, stride 2, max-pool; views of 64 pixels and more), small (3x3),"
                    + " small2 (3x3, stride 2, a quarter of the work) (default: by --preset).")
    private Optional<Stem> stem;

    @Option(
            names = "--stages",
            paramLabel = "N",
            completionCandidates = Offered.Stages.class,
            description =
                    "Features of the last N of the four stages: 1, as in torchvision, or 2, 3 or 4, average-pooled"
                            + " and concatenated, the earliest first (default: by --preset).")
    private Optional<Integer> stages;

    @Option(
            names = "--norm",
            paramLabel = "NAME",
            description = "Normalisation layers: batch, or group, which is independent of the batch, so that a batch"
                    + " in chunks has exactly the gradient of the whole (default: by --preset).")
    private Optional<Norm> norm;

    @Option(
            names = "--zero-gamma",
            paramLabel = "true|false",
            completionCandidates = Offered.TrueOrFalse.class,
            arity = "0..1",
            fallbackValue = "true",
            description = "Initialise the last norm scale of each residual block to 0, as in the SimCLR reference;"
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
            description = "Compute precision of convolutions: float32, bfloat16 or float16; weights stay float32"
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

    /** @param usual what was not given */
    NetworkPlan plan(NetworkPlan usual) {
        HeadPlan head = new HeadPlan(
                headLayers.orElse(usual.head().layers()),
                headHidden.orElse(usual.head().hidden()),
                headOutput.orElse(usual.head().output()),
                headSpread.orElse(usual.head().spread()));
        return new NetworkPlan(
                depth.orElse(usual.depth()),
                width.orElse(usual.width()),
                stem.orElse(usual.stem()),
                stages.orElse(usual.stages()),
                head,
                norm.orElse(usual.norm()),
                zeroGamma.orElse(usual.zeroGamma()),
                normalise.orElse(usual.pixels()),
                precision.orElse(usual.precision()));
    }

    /** Whether all is given that a preset takes from the size of the views. */
    boolean sayWhatDependsOnTheSize() {
        return depth.isPresent() && stem.isPresent();
    }
}
