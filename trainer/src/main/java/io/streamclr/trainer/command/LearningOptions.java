package io.streamclr.trainer.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.optimiser.LearningRate;
import io.streamclr.trainer.optimiser.LearningRate.Decay;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.settings.RunLength;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say how weights move. */
final class LearningOptions {

    /** The optimisers by name. */
    enum OptimiserName {
        lars,
        adamw,
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
            defaultValue = "adamw",
            description = "Optimiser: lars (for batches of thousands), adamw or sgd (default: ${DEFAULT-VALUE}).")
    private OptimiserName optimiser;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "Peak learning rate, after warm-up (default: lars 0.075 times the square root of the batch"
                    + " size, adamw 0.002, sgd 0.03 per 256 pairs).")
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
            defaultValue = "1e-4",
            description = "Weight decay (decoupled in adamw, L2 in lars and sgd); not applied to norm parameters and"
                    + " biases (default: ${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(
            names = "--momentum",
            paramLabel = "X",
            defaultValue = "0.9",
            description = "Momentum of lars and sgd, beta1 of adamw (default: ${DEFAULT-VALUE}).")
    private double momentum;

    @Option(
            names = "--beta2",
            paramLabel = "X",
            defaultValue = "0.99",
            description = "beta2 of adamw; not used by lars and sgd (default: ${DEFAULT-VALUE}).")
    private double beta2;

    @Option(
            names = "--warm-up",
            paramLabel = "STEPS",
            defaultValue = "100",
            description = "Steps of linear warm-up from 0 (default: ${DEFAULT-VALUE}).")
    private long warmUp;

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            defaultValue = "constant",
            description = "Learning rate schedule after warm-up: constant, or cosine decay to 0 at --steps (default:"
                    + " ${DEFAULT-VALUE}).")
    private LearningRate.Shape schedule;

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

    UpdateRule rule() {
        return switch (optimiser) {
            case lars -> new UpdateRule.Lars(weightDecay, momentum, 0.001);
            case sgd -> new UpdateRule.Sgd(weightDecay, momentum);
            case adamw -> new UpdateRule.AdamW(weightDecay, momentum, beta2, 1e-8);
        };
    }

    /** @param batch pairs in a batch */
    LearningRate rate(int batch, RunLength length) {
        double peak = learningRate
                .map(given -> switch (scaling) {
                    case none -> given;
                    case linear -> LearningRate.linearlyScaled(given, batch);
                    case sqrt -> LearningRate.rootScaled(given, batch);
                })
                .orElseGet(() -> switch (optimiser) {
                    case lars -> LearningRate.rootScaled(0.075, batch);
                    case adamw -> 0.002;
                    case sgd -> LearningRate.linearlyScaled(0.03, batch);
                });
        if (schedule == LearningRate.Shape.CONSTANT) {
            return LearningRate.constant(peak, length.warmUp());
        }
        if (length.steps() == 0) {
            throw new RefusalException("A cosine schedule needs an end; give --steps, or --schedule constant");
        }
        return LearningRate.cosine(peak, length.warmUp(), length.steps());
    }

    long warmUpSteps() {
        return warmUp;
    }

    long coolDownSteps() {
        return coolDown;
    }

    Decay fall() {
        return fall;
    }
}
