package io.streamclr.console.probe;

import io.streamclr.process.command.PlaceConverter;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.classify.Budget;
import io.streamclr.trainer.classify.ClassifierPlan;
import io.streamclr.trainer.encoder.ShippedEncoder;
import io.streamclr.trainer.optimiser.UpdateRule;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say how a whole network is trained with labels. */
final class WholeNetworkOptions {

    /** The optimisers by name. */
    enum OptimiserName {
        adamw,
        sgd
    }

    @Option(
            names = "--fine-tune",
            description = "Also fine-tune the whole network with a classification layer, starting from the encoder.")
    private boolean fineTune;

    @Option(
            names = "--from-head",
            paramLabel = "LAYERS",
            defaultValue = "0",
            description = "--fine-tune, --evaluation simclr: attach the classification layer to the output (after ReLU)"
                    + " of this layer of the projection head instead of the features; 1 of a head of 3 layers is"
                    + " SimCLR v2's. The layers up to it are fine-tuned too, in --supervised trained too, and"
                    + " saved (default: ${DEFAULT-VALUE}, the features).")
    private int fromHead;

    @Option(
            names = "--save",
            paramLabel = "DIR",
            converter = PlaceConverter.class,
            description = "--fine-tune: write the fine-tuned network with its classification layer to DIR:"
                    + " classifier.pt (TorchScript: images to class scores, class names) and classifier.json. Files"
                    + " that are there are not overwritten.")
    private Optional<Path> save;

    @Option(
            names = "--supervised",
            description = "Also train the same network in the same way from random weights: the supervised baseline.")
    private boolean supervised;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "--fine-tune, --supervised: training steps (default: 1000).")
    private Optional<Long> steps;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "--fine-tune, --supervised: training time, instead of --steps.")
    private Optional<Double> minutes;

    @Option(
            names = "--optimiser",
            paramLabel = "NAME",
            defaultValue = "adamw",
            description = "--fine-tune, --supervised: optimiser, adamw or sgd (default: ${DEFAULT-VALUE}).")
    private OptimiserName optimiser;

    @Option(
            names = "--learning-rate",
            paramLabel = "RATE",
            description = "--fine-tune, --supervised: peak learning rate, after a short warm-up; decays to 0"
                    + " (default: adamw 0.002, sgd 0.05).")
    private Optional<Double> learningRate;

    @Option(
            names = "--batch-size",
            paramLabel = "IMAGES",
            defaultValue = "128",
            description = "--fine-tune, --supervised: batch size (default: ${DEFAULT-VALUE}).")
    private int batch;

    boolean fineTune() {
        return fineTune;
    }

    /**
     * How many layers of the projection head stand between the features and the classification layer.
     *
     * @param classified whether a layer is trained that takes something else than features if this says so
     * @throws RefusalException if nobody asks for such a layer, or the encoder has no head with so many layers before its
     *     last
     */
    int fromHead(ShippedEncoder encoder, boolean classified) {
        if (fromHead == 0) {
            return 0;
        }
        if (fromHead < 0) {
            throw RefusalException.ofUsage("--from-head is " + fromHead + ", but it must be 0 or more");
        }
        if (!classified) {
            throw RefusalException.ofUsage("--from-head says what a classification layer takes, and none is trained;"
                    + " give --fine-tune or --evaluation simclr too");
        }
        int layers = encoder.headLayers();
        if (layers == 0) {
            throw new RefusalException(
                    "--from-head needs a projection head of 2 layers or more, and " + encoder.archive()
                            + " holds none; leave the option out, or give an encoder that was trained with --head-layers 2 or"
                            + " 3");
        }
        if (fromHead > layers) {
            throw new RefusalException("--from-head is " + fromHead + ", but the last layer of the projection head in "
                    + encoder.archive() + " that a ReLU follows is layer " + layers + "; give 1 to " + layers);
        }
        return fromHead;
    }

    /**
     * Where the fine-tuned network goes; empty for nowhere.
     *
     * @param trainings how many networks would be fine-tuned
     * @throws RefusalException if none is, more than one are, or one is there
     */
    Optional<Path> save(int trainings) {
        save.ifPresent(folder -> {
            if (!fineTune) {
                throw RefusalException.ofUsage("--save writes a fine-tuned network; give --fine-tune too");
            }
            if (trainings > 1) {
                throw RefusalException.ofUsage("--save writes one network, and " + trainings
                        + " would be fine-tuned; give one fraction of --labels and one of --seeds");
            }
            SavedClassifier.requireNone(folder);
        });
        return save;
    }

    boolean supervised() {
        return supervised;
    }

    /** @throws RefusalException if a value is out of its range */
    ClassifierPlan plan(long seed) {
        if (steps.isPresent() && minutes.isPresent()) {
            throw RefusalException.ofUsage("--steps and --minutes both say how long to train; give one of them");
        }
        try {
            Budget budget = minutes.isPresent()
                    ? new Budget.Time(Duration.ofMillis((long) (minutes.get() * 60_000)))
                    : new Budget.Steps(steps.orElse(1000L));
            return switch (optimiser) {
                case adamw ->
                    new ClassifierPlan(
                            new UpdateRule.AdamW(0.05, 0.9, 0.999, 1e-8),
                            learningRate.orElse(0.002),
                            batch,
                            budget,
                            seed);
                case sgd ->
                    new ClassifierPlan(new UpdateRule.Sgd(5e-4, 0.9), learningRate.orElse(0.05), batch, budget, seed);
            };
        } catch (IllegalArgumentException wrong) {
            throw RefusalException.ofUsage(wrong.getMessage(), wrong);
        }
    }
}
