package io.streamclr.console.probe;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.classify.CropPlan;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options that say by which evaluation a frozen encoder is measured. */
final class EvaluationOptions {

    /** The paper's batch of 4,096 with its rate gives the same rate an image. */
    private static final int BATCH = 256;

    private static final int USUAL_EPOCHS = 10;

    /** Evaluations by name. */
    enum Evaluation {
        features,
        simclr
    }

    @Option(
            names = "--evaluation",
            paramLabel = "NAME",
            defaultValue = "features",
            description =
                    "features: kNN and a linear classifier on the features of whole images. simclr: also the SimCLR"
                            + " paper's (appendix B.6): a linear classifier on the frozen network by Nesterov SGD, on random"
                            + " crops and flips of the training images (learning rate 0.1 for 256 images, cosine, no weight"
                            + " decay); top-1 and top-5 accuracy on whole test images, of those larger than the encoder's size"
                            + " on the central 87.5%% (default: ${DEFAULT-VALUE}).")
    private Evaluation evaluation;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "--evaluation simclr: passes over the training images (default: " + USUAL_EPOCHS
                    + "; the paper: 90).")
    private Optional<Integer> epochs;

    boolean simclr() {
        return evaluation == Evaluation.simclr;
    }

    /** @throws RefusalException if the number of passes is none, or nobody asks for them */
    CropPlan plan(long seed) {
        if (epochs.isPresent() && !simclr()) {
            throw RefusalException.ofUsage(
                    "--epochs says how long --evaluation simclr trains, which is not asked for; give"
                            + " both or none");
        }
        int passes = epochs.orElse(USUAL_EPOCHS);
        if (passes < 1 || passes > 10_000) {
            throw RefusalException.ofUsage("--epochs is " + passes + ", but it must be 1 to 10000");
        }
        return new CropPlan(passes, BATCH, seed);
    }
}
