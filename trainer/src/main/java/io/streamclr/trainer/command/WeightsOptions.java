package io.streamclr.trainer.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.step.BackbonePlan;
import io.streamclr.trainer.weights.GivenEncoder;
import io.streamclr.trainer.weights.GivenWeights;
import io.streamclr.trainer.weights.WeightsOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options by which an encoder starts from weights that exist, and is spared. */
public final class WeightsOptions {

    private static final Pattern CHECKPOINT = Pattern.compile("(.+)@(\\d{1,18})");
    private static final int MOST_SHOWN = 4;

    @Option(
            names = "--weights",
            paramLabel = "FILE",
            description = "Start the encoder from these weights: a ResNet of torchvision, timm or transformers, a ViT"
                    + " or ConvNeXt of torchvision or timm (.pth, .safetensors), an encoder of StreamCLR (encoder.pt, encoder.safetensors, or the folder of a"
                    + " checkpoint or a run), or RUN@STEP of the same --checkpoints. The backbone follows from it; the"
                    + " projection head starts from random weights (default: random weights).")
    private Optional<String> weights;

    @Option(
            names = "--freeze-steps",
            paramLabel = "N",
            defaultValue = "0",
            description = "--weights: keep the encoder's weights fixed for the first N steps, while the projection head"
                    + " learns; running statistics of batch normalisation move from the first step (default:"
                    + " ${DEFAULT-VALUE}).")
    private long freezeSteps;

    @Option(
            names = "--layer-decay",
            paramLabel = "X",
            defaultValue = "1",
            description = "--weights: learning rate of each stage of the encoder relative to the next one's; the"
                    + " projection head has all of it. With 0.75, stage 4 has 0.75 of it and the stem 0.24; each"
                    + " block of a ViT is a stage (default: ${DEFAULT-VALUE}).")
    private double layerDecay;

    private Optional<GivenWeights> given = Optional.empty();

    /**
     * Reads the file, if one was given.
     *
     * @param checkpoints root directory of all runs
     * @throws RefusalException if it cannot be used
     */
    void read(Path checkpoints) {
        given = weights.map(place -> read(place, checkpoints));
    }

    /**
     * Reads weights that somebody gave without this option.
     *
     * @param place as the option has it
     * @param checkpoints root directory of all runs
     * @throws RefusalException if they cannot be used
     */
    public static GivenWeights read(String place, Path checkpoints) {
        return GivenWeights.read(file(place, checkpoints));
    }

    private static Path file(String place, Path checkpoints) {
        Path path = Path.of(place);
        Matcher checkpoint = CHECKPOINT.matcher(place);
        if (!Files.exists(path) && checkpoint.matches()) {
            TrainConfig.requireRun(checkpoint.group(1));
            path = SavedSteps.require(checkpoints.resolve(checkpoint.group(1)), Long.parseLong(checkpoint.group(2)));
        }
        if (!Files.isDirectory(path)) {
            return path;
        }
        Path file = SavedSteps.newest(path).orElse(path).resolve(EncoderFiles.SAFETENSORS);
        if (!Files.isRegularFile(file)) {
            throw new RefusalException(
                    "The folder " + path + " holds no weights; give a file, or the folder of a checkpoint or of a run");
        }
        return file;
    }

    /** Whether the encoder starts from weights, read or not. */
    boolean isGiven() {
        return weights.isPresent();
    }

    Optional<WeightsOrigin> origin() {
        if (weights.isPresent() && given.isEmpty()) {
            throw new IllegalStateException("The weights " + weights.get() + " were not read");
        }
        return given.map(GivenWeights::origin);
    }

    /** How the encoder moves beside the head. */
    BackbonePlan backbone() {
        return new BackbonePlan(freezeSteps, layerDecay);
    }

    /** The values of the encoder, by name; empty for random weights. */
    Map<String, float[]> values() {
        return given.map(each -> each.encoder().values()).orElse(Map.of());
    }

    /**
     * What a network has where no option says it.
     *
     * @param usual where the weights do not say it either
     */
    NetworkPlan usual(NetworkPlan usual) {
        return given.map(each -> each.encoder().network(usual)).orElse(usual);
    }

    /**
     * Holds a network against the weights.
     *
     * @param side of the views, in pixels; empty while nobody knows
     * @throws RefusalException if an option contradicts them, or they are for images of another size
     */
    void require(NetworkPlan plan, OptionalInt side) {
        given.ifPresent(each -> {
            GivenEncoder encoder = each.encoder();
            requireBackbone(encoder, plan.backbone(), side);
            if (encoder.backbone() instanceof ResNet) {
                encoder.norm().ifPresent(norm -> require("--norm", plan.norm(), norm));
            }
            encoder.pixels().ifPresent(pixels -> require("--normalise", plan.pixels(), pixels));
        });
    }

    private void requireBackbone(GivenEncoder encoder, Backbone asked, OptionalInt side) {
        if (encoder.backbone() instanceof ResNet given && asked instanceof ResNet plan) {
            if (given.bottleneck() == plan.bottleneck()) {
                require("--depth", plan.depth(), given.depth());
            }
            require("--backbone", plan.name(), given.name());
            require("--width", plan.width(), given.width());
            require("--late-width", plan.lateWidth(), given.lateWidth());
            boolean wide = plan.stem() == Stem.IMAGENET;
            Object stem = !encoder.openStem() ? given.stem() : wide ? "small or small2" : plan.stem();
            require("--stem", plan.stem(), stem);
            return;
        }
        require("--backbone", asked.name(), encoder.backbone().name());
        if (encoder.backbone() instanceof ConvNext given && asked instanceof ConvNext plan) {
            require("--stem", plan.stem(), given.stem());
        }
        if (encoder.backbone() instanceof VisionTransformer given && asked instanceof VisionTransformer plan) {
            require("--patch", plan.patch(), given.patch());
            side.ifPresent(pixels -> requireSide(given, pixels));
        }
    }

    private void requireSide(VisionTransformer given, int pixels) {
        if (given.side() != pixels) {
            throw new RefusalException("The weights " + weights.orElseThrow() + " are for images of " + given.side()
                    + " pixels (" + (given.tokens() - 1) + " positions), and the views have " + pixels
                    + "; render views of that size (augment --recipe ...,size=" + given.side()
                    + "), or give other weights");
        }
    }

    private void require(String option, Object asked, Object ofWeights) {
        if (!asked.equals(ofWeights)) {
            throw new RefusalException(option + " " + asked + " contradicts the weights " + weights.orElseThrow()
                    + ", which have " + ofWeights + "; leave the option out, or give other weights");
        }
    }

    /** Says in one sentence what the run starts from; empty for random weights. */
    Optional<String> line() {
        return given.map(each -> {
            GivenEncoder encoder = each.encoder();
            String left = encoder.leftOut().stream().limit(MOST_SHOWN).collect(Collectors.joining(", "));
            int more = encoder.leftOut().size() - MOST_SHOWN;
            return String.format(
                    Locale.ROOT,
                    "weights of %s (SHA-256 %s...): %s; %s%sthe projection head starts from random" + " weights",
                    each.origin().name(),
                    each.origin().digest().substring(0, 12),
                    encoder.backbone().title(),
                    left.isEmpty() ? "" : "left out: " + left,
                    left.isEmpty() ? "" : more > 0 ? " and " + more + " more; " : "; ");
        });
    }
}
