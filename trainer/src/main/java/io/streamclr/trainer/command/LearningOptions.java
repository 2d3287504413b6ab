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
            description = "lars (for batches of thousands), adamw or sgd (default: ${DEFAULT-VALUE}).")
    private OptimiserName optimiser;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description =
                    "Rate after the warm-up (default: lars 0.075 times the root of the batch, adamw 0.002, sgd 0.03"
                            + " for each 256 pairs).")
    private Optional<Double> learningRate;

    @Option(
            names = "--scaling",
            paramLabel = "NAME",
            defaultValue = "none",
            description =
                    "What --learning-rate is for: none (this batch), linear (256 pairs, in proportion for others),"
                            + " sqrt (1 pair, times the root of the batch) (default: ${DEFAULT-VALUE}).")
    private Scaling scaling;

    @Option(
            names = "--weight-decay",
            paramLabel = "X",
            defaultValue = "1e-4",
            description = "Pull of weights towards 0; scales and shifts are left out (default: ${DEFAULT-VALUE}).")
    private double weightDecay;

    @Option(
            names = "--momentum",
            paramLabel = "X",
            defaultValue = "0.9",
            description = "Momentum of lars and sgd, first beta of adamw (default: ${DEFAULT-VALUE}).")
    private double momentum;

    @Option(
            names = "--beta2",
            paramLabel = "X",
            defaultValue = "0.99",
            description = "Second beta of adamw; lars and sgd have none (default: ${DEFAULT-VALUE}).")
    private double beta2;

    @Option(
            names = "--warm-up",
            paramLabel = "STEPS",
            defaultValue = "100",
            description = "Steps in which the rate rises from 0 (default: ${DEFAULT-VALUE}).")
    private long warmUp;

    @Option(
            names = "--schedule",
            paramLabel = "NAME",
            defaultValue = "constant",
            description = "What follows: constant, or cosine, which falls to 0 at --steps (default: ${DEFAULT-VALUE}).")
    private LearningRate.Shape schedule;

    @Option(
            names = "--cool-down",
            paramLabel = "STEPS",
            defaultValue = "0",
            description = "The last of --steps in which the rate falls to 0 (default: ${DEFAULT-VALUE}).")
    private long coolDown;

    @Option(
            names = "--cool-down-form",
            paramLabel = "NAME",
            defaultValue = "linear",
            description = "linear, or sqrt, which falls early (default: ${DEFAULT-VALUE}).")
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
