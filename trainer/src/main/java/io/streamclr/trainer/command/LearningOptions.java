package io.streamclr.trainer.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.optimiser.GradientClipping;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.settings.Defaults;
import io.streamclr.trainer.settings.RunLength;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say how weights move. */
final class LearningOptions {

    private static final double WEIGHT_DECAY = 1e-4;
    private static final double MOMENTUM = 0.9;
    private static final UpdateRule.Lars LARS =
            new UpdateRule.Lars(WEIGHT_DECAY, MOMENTUM, UpdateRule.Lars.REFERENCE_ETA);
    private static final UpdateRule.Sgd SGD = new UpdateRule.Sgd(WEIGHT_DECAY, MOMENTUM);
    private static final UpdateRule.AdamW ADAMW = new UpdateRule.AdamW(WEIGHT_DECAY, MOMENTUM, 0.99, 1e-8);
    private static final UpdateRule.Muon MUON = new UpdateRule.Muon(WEIGHT_DECAY, MOMENTUM, 0.99, 1e-8);

    /** The optimisers by name. */
    enum OptimiserName {
        lars,
        adamw,
        muon,
        sgd
    }

    /** What a given learning rate is for. */
    enum Scaling {
        none,
        linear,
        sqrt
    }

    @Option(
            names = "--optimiser",
            paramLabel = "NAME",
            description = "Optimiser: lars (for batches of thousands), adamw, muon (orthogonal steps of weight"
                    + " matrices, adamw at 0.15 of the rate for the rest) or sgd (default: by --preset).")
    private Optional<OptimiserName> optimiser;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Peak learning rate, after warm-up (default: by --preset; of an optimiser that is not the"
                    + " preset's, lars 0.075 times the square root of the batch size, adamw 0.002, muon 0.08, sgd 0.03 per"
                    + " 256 pairs; for a ViT or a ConvNeXt adamw 0.00015 and muon 0.003 per 256 pairs).")
    private Optional<Double> learningRate;

    @Option(
            names = "--scaling",
            paramLabel = "NAME",
            defaultValue = "none",
            description = "Learning rate scaling: none (--learning-rate is for this batch), linear (for 256 pairs,"
                    + " times batch/256), sqrt (for 1 pair, times the square root of the batch size) (default:"
                    + " ${DEFAULT-VALUE}).")
    private Scaling scaling;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            description =
                    "Weight decay (decoupled in adamw and muon, L2 in lars and sgd); not applied to norm parameters,"
                            + " biases, a ViT's class token and positions, and scales of a ConvNeXt's blocks (default: by --preset).")
    private Optional<Double> weightDecay;

    @Option(
            names = "--momentum",
            paramLabel = "X",
            description = "Momentum of lars, muon and sgd, beta1 of adamw (default: by --preset, 0.9).")
    private Optional<Double> momentum;

    @Option(
            names = "--beta2",
            paramLabel = "X",
            description =
                    "beta2 of adamw, and of what muon leaves to it; not used by lars and sgd (default: by --preset, 0.99).")
    private Optional<Double> beta2;

    @Option(
            names = "--trust-coefficient",
            paramLabel = "X",
            description = "lars: step length relative to the norm of each layer's weights, at a learning rate of 1"
                    + " (default: by --preset, 0.001 as in the SimCLR reference).")
    private Optional<Double> trustCoefficient;

    @Option(
            names = "--nesterov",
            paramLabel = "true|false",
            completionCandidates = Offered.TrueOrFalse.class,
            arity = "0..1",
            fallbackValue = "true",
            description = "sgd: Nesterov momentum; --nesterov=false does not (default: off).")
    private Optional<Boolean> nesterov;

    @Option(
            names = "--clip-gradients",
            paramLabel = "NORM",
            description = "Clip the gradient by its global norm, over all weights and before weight decay is added"
                    + " (default: off).")
    private Optional<Double> clipGradients;

    @Option(
            names = "--warm-up",
            paramLabel = "STEPS",
            description = "Steps of linear warm-up from 0 (default: by --preset).")
    private Optional<Long> warmUp;

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            description = "Learning rate schedule after warm-up: constant, or cosine decay to 0 at --steps (default: by"
                    + " --preset, constant but for simclr with --steps and no --cool-down).")
    private Optional<LearningRate.Shape> schedule;

    @Option(
            names = "--cool-down",
            paramLabel = "STEPS",
            defaultValue = "0",
            description = "The last steps before --steps, in which the learning rate decays to 0 (default:"
                    + " ${DEFAULT-VALUE}).")
    private long coolDown;

    @Option(
            names = "--cool-down-form",
            paramLabel = "NAME",
            defaultValue = "linear",
            description = "Shape of the cool-down: linear, or sqrt, which decays early (default: ${DEFAULT-VALUE}).")
    private Decay fall;

    /** @param usual of the preset or the run: its numbers are for its own optimiser */
    UpdateRule rule(UpdateRule usual) {
        requireUsed(usual, OptimiserName.lars, "--trust-coefficient", trustCoefficient);
        requireUsed(usual, OptimiserName.sgd, "--nesterov", nesterov);
        double decay = weightDecay.orElse(isUsual(usual) ? usual.weightDecay() : WEIGHT_DECAY);
        return switch (name(usual)) {
            case lars -> {
                UpdateRule.Lars lars = usual instanceof UpdateRule.Lars same ? same : LARS;
                yield new UpdateRule.Lars(decay, momentum.orElse(lars.momentum()), trustCoefficient.orElse(lars.eta()));
            }
            case sgd -> {
                UpdateRule.Sgd sgd = usual instanceof UpdateRule.Sgd same ? same : SGD;
                yield new UpdateRule.Sgd(decay, momentum.orElse(sgd.momentum()), nesterov.orElse(sgd.nesterov()));
            }
            case adamw -> {
                UpdateRule.AdamW adam = usual instanceof UpdateRule.AdamW same ? same : ADAMW;
                yield new UpdateRule.AdamW(
                        decay, momentum.orElse(adam.beta1()), beta2.orElse(adam.beta2()), adam.epsilon());
            }
            case muon -> {
                UpdateRule.Muon muon = usual instanceof UpdateRule.Muon same ? same : MUON;
                yield new UpdateRule.Muon(
                        decay, momentum.orElse(muon.momentum()), beta2.orElse(muon.beta2()), muon.epsilon());
            }
        };
    }

    private void requireUsed(UpdateRule usual, OptimiserName by, String option, Optional<?> value) {
        if (value.isPresent() && name(usual) != by) {
            throw RefusalException.ofUsage("The optimiser " + name(usual) + " has no use for " + option
                    + "; leave it out, or give --optimiser " + by);
        }
    }

    /** @param usual of the preset or the run */
    GradientClipping clipping(GradientClipping usual) {
        return clipGradients.map(GradientClipping::new).orElse(usual);
    }

    private OptimiserName name(UpdateRule usual) {
        return optimiser.orElseGet(() -> OptimiserName.valueOf(usual.word()));
    }

    private boolean isUsual(UpdateRule usual) {
        return name(usual).name().equals(usual.word());
    }

    /**
     * The learning rate of every step.
     *
     * @param batch pairs in a batch
     * @param backbone that it is for; the usual rate is for one of the usual family
     */
    LearningRate rate(int batch, RunLength length, Defaults usual, Backbone backbone) {
        boolean forIt = backbone.getClass() == usual.network().backbone().getClass();
        double peak = learningRate
                .map(given -> switch (scaling) {
                    case none -> given;
                    case linear -> LearningRate.linearlyScaled(given, batch);
                    case sqrt -> LearningRate.rootScaled(given, batch);
                })
                .orElseGet(() -> isUsual(usual.rule()) && usual.peak().isPresent() && forIt
                        ? usual.peak().getAsDouble()
                        : peak(name(usual.rule()), batch, backbone));
        if (course(length, usual) == LearningRate.Shape.CONSTANT) {
            return LearningRate.constant(peak, length.warmUp());
        }
        if (length.steps() == 0) {
            throw RefusalException.ofUsage("A cosine schedule needs an end; give --steps, or --schedule constant");
        }
        return LearningRate.cosine(peak, length.warmUp(), length.steps());
    }

    private LearningRate.Shape course(RunLength length, Defaults usual) {
        boolean falls = length.steps() > 0 && length.coolDown() == 0;
        return schedule.orElse(falls ? usual.course() : LearningRate.Shape.CONSTANT);
    }

    private static double peak(OptimiserName name, int batch, Backbone backbone) {
        return switch (name) {
            case lars -> LearningRate.rootScaled(0.075, batch);
            case adamw -> backbone instanceof ResNet ? 0.002 : LearningRate.ofMocoV3(batch);
            case muon -> backbone instanceof ResNet ? 0.08 : 20 * LearningRate.ofMocoV3(batch);
            case sgd -> LearningRate.linearlyScaled(0.03, batch);
        };
    }

    long warmUpSteps(Defaults usual) {
        return warmUp.orElse(usual.warmUp());
    }

    long coolDownSteps() {
        return coolDown;
    }

    Decay fall() {
        return fall;
    }
}
