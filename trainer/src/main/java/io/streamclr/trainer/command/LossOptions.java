package io.streamclr.trainer.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.loss.LossFormula;
import io.streamclr.trainer.loss.LossFormula.FalseNegativeElimination.Support;
import io.streamclr.trainer.loss.LossPlan;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options of the training loss. */
final class LossOptions {

    /** The losses, each with the options that it alone or with others takes. */
    enum LossName {
        NT_XENT("nt-xent"),
        DCL("dcl"),
        DEBIASED("debiased", "--tau-plus"),
        HARD_NEGATIVE("hard-negative", "--tau-plus", "--beta"),
        FN_ELIMINATION("fn-elimination", "--false-negatives", "--false-negative-cosine", "--support");

        private final String text;
        private final List<String> options;

        LossName(String text, String... options) {
            this.text = text;
            this.options = List.of(options);
        }

        /** As the command line has it. */
        @Override
        public String toString() {
            return text;
        }
    }

    @Option(
            names = "--loss",
            paramLabel = "NAME",
            defaultValue = "nt-xent",
            description = "Training loss: nt-xent (SimCLR's), dcl (decoupled, for small batches), debiased,"
                    + " hard-negative, or fn-elimination (false-negative elimination) (default: ${DEFAULT-VALUE}).")
    private LossName loss;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            description = "Softmax temperature; lower puts more weight on hard negatives (default: by --preset).")
    private Optional<Double> temperature;

    @Option(
            names = "--tau-plus",
            paramLabel = "P",
            description = "debiased, hard-negative: prior probability that two images are of the same class (default:"
                    + " 0.1).")
    private Optional<Double> tauPlus;

    @Option(
            names = "--beta",
            paramLabel = "B",
            description = "hard-negative: concentration, the extra weight of hard negatives; 0 weighs all equally"
                    + " (default: 1).")
    private Optional<Double> beta;

    @Option(
            names = "--false-negatives",
            paramLabel = "N",
            description = "fn-elimination: maximum negatives excluded per view (default: 10).")
    private Optional<Integer> falseNegatives;

    @Option(
            names = "--false-negative-cosine",
            paramLabel = "C",
            description = "fn-elimination: exclude only negatives with cosine above this, -1 to 1 (default: 0.7).")
    private Optional<Double> falseNegativeCosine;

    @Option(
            names = "--support",
            paramLabel = "NAME",
            description = "fn-elimination: similarity of a negative to the image's two views, their max or mean"
                    + " (default: max).")
    private Optional<Support> support;

    @Option(
            names = "--mask-near-duplicates",
            paramLabel = "COSINE",
            description = "Exclude pairs with cosine above COSINE, such as 0.95, from the negatives (default: only"
                    + " views of the same image are excluded).")
    private Optional<Double> nearDuplicates;

    @Option(
            names = "--mask-picture-hash",
            paramLabel = "BITS",
            description = "Exclude pairs whose 64-bit perceptual hashes differ in at most BITS bits from the"
                    + " negatives; 4 is conservative. Needs a recipe with picture-hash=yes (default: off).")
    private Optional<Integer> alikeBits;

    @Option(
            names = "--same-image",
            paramLabel = "KIND",
            defaultValue = "masked",
            description = "Views of an image that is in a batch more than once: masked, excluded from each other's"
                    + " negatives, or negative, to measure what masking is worth (default: ${DEFAULT-VALUE}).")
    private LossPlan.SameImage sameImage;

    /** @param usual the temperature if none was given */
    LossPlan plan(double usual) {
        requireUsed(loss, "--tau-plus", tauPlus);
        requireUsed(loss, "--beta", beta);
        requireUsed(loss, "--false-negatives", falseNegatives);
        requireUsed(loss, "--false-negative-cosine", falseNegativeCosine);
        requireUsed(loss, "--support", support);
        LossFormula formula =
                switch (loss) {
                    case NT_XENT -> new LossFormula.NtXent();
                    case DCL -> new LossFormula.Decoupled();
                    case DEBIASED -> new LossFormula.Debiased(tauPlus.orElse(0.1));
                    case HARD_NEGATIVE -> new LossFormula.HardNegative(tauPlus.orElse(0.1), beta.orElse(1.0));
                    case FN_ELIMINATION ->
                        new LossFormula.FalseNegativeElimination(
                                falseNegatives.orElse(10),
                                falseNegativeCosine.orElse(0.7),
                                support.orElse(Support.MAX));
                };
        return new LossPlan(
                formula,
                temperature.orElse(usual),
                nearDuplicates.orElse(LossPlan.NEVER),
                sameImage,
                alikeBits.orElse(LossPlan.NO_HASHES));
    }

    private static void requireUsed(LossName name, String option, Optional<?> value) {
        if (value.isPresent() && !name.options.contains(option)) {
            throw RefusalException.ofUsage("The loss " + name + " has no use for " + option
                    + "; leave it out, or choose a --loss whose description names it");
        }
    }
}
