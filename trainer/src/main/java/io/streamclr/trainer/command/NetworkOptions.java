package io.streamclr.trainer.command;

import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import picocli.CommandLine.Option;

/** The options that say what network is trained. */
final class NetworkOptions {

    @Option(
            names = "--depth",
            paramLabel = "N",
            defaultValue = "18",
            description = "ResNet depth: 18, 34, 50 or 101 (default: ${DEFAULT-VALUE}).")
    private int depth;

    @Option(
            names = "--width",
            paramLabel = "FACTOR",
            defaultValue = "1",
            converter = FractionConverter.class,
            description = "Width multiplier; 1/4, or 0.25, starts with 16 channels (default: ${DEFAULT-VALUE}).")
    private double width;

    @Option(
            names = "--stem",
            paramLabel = "NAME",
            defaultValue = "small",
            description = "First layer: imagenet (7x7, stride 2, max-pool; views of 64 pixels and more), small (3x3),"
                    + " small2 (3x3, stride 2, a quarter of the work) (default: ${DEFAULT-VALUE}).")
    private Stem stem;

    @Option(
            names = "--stages",
            paramLabel = "N",
            defaultValue = "1",
            description = "Features of the last N of the four stages: 1, as in torchvision, or 2 to 4, average-pooled"
                    + " and concatenated, the earliest first (default: ${DEFAULT-VALUE}).")
    private int stages;

    @Option(
            names = "--norm",
            paramLabel = "NAME",
            defaultValue = "batch",
            description = "Normalisation layers: batch, or group, which is independent of the batch, so that a batch"
                    + " in chunks has exactly the gradient of the whole (default: ${DEFAULT-VALUE}).")
    private Norm norm;

    @Option(
            names = "--zero-gamma",
            description = "Initialise the last norm scale of each residual block to 0, as in the SimCLR reference.")
    private boolean zeroGamma;

    @Option(
            names = "--normalise",
            paramLabel = "NAME",
            defaultValue = "none",
            description = "Input normalisation of pixels in [0, 1]: none, or imagenet (torchvision's mean and"
                    + " standard deviation) (default: ${DEFAULT-VALUE}).")
    private Normalisation normalise;

    @Option(
            names = "--precision",
            paramLabel = "NAME",
            defaultValue = "float32",
            description = "Compute precision of convolutions: float32, bfloat16 or float16; weights stay float32"
                    + " (default: ${DEFAULT-VALUE}).")
    private Precision precision;

    @Option(
            names = "--head-layers",
            paramLabel = "N",
            defaultValue = "2",
            description = "Layers of the projection head, 0 to 3 (default: ${DEFAULT-VALUE}).")
    private int headLayers;

    @Option(
            names = "--head-hidden",
            paramLabel = "N",
            defaultValue = "0",
            description = "Hidden width of the projection head; 0 for the encoder's output width (default:"
                    + " ${DEFAULT-VALUE}).")
    private int headHidden;

    @Option(
            names = "--head-output",
            paramLabel = "N",
            defaultValue = "128",
            description = "Output dimensions of the projection head (default: ${DEFAULT-VALUE}).")
    private int headOutput;

    @Option(
            names = "--head-spread",
            paramLabel = "S",
            defaultValue = "0",
            description = "Standard deviation of the head's initial weights, 0.01 in the SimCLR reference; 0 scales"
                    + " it with each layer's fan-in (default: ${DEFAULT-VALUE}).")
    private double headSpread;

    NetworkPlan plan() {
        HeadPlan head = new HeadPlan(headLayers, headHidden, headOutput, headSpread);
        return new NetworkPlan(depth, width, stem, stages, head, norm, zeroGamma, normalise, precision);
    }
}
