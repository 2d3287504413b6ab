package io.streamclr.trainer.loss;

import io.streamclr.trainer.form.Word;
import java.util.Objects;

/**
 * Which loss, to the last constant.
 *
 * @param temperature tau, above 0 and at most 100; 0.1 on ImageNet, 0.5 for long runs on small images
 * @param nearDuplicates views of different images whose embeddings have a cosine above this are not held against each
 *     other; {@link #NEVER} for none
 * @param sameImage what views of one image in a batch are to each other, but for the two of a pair
 * @param alikeBits views of different images whose picture hashes differ in at most this many of 64 bits are not held
 *     against each other, 0 to {@link #MOST_ALIKE_BITS}; {@link #NO_HASHES} for none
 */
public record LossPlan(
        LossFormula formula, double temperature, double nearDuplicates, SameImage sameImage, int alikeBits) {

    /** What becomes of the views of an image that is in a batch more than once. */
    public enum SameImage implements Word {
        /** They are not negatives of each other. */
        MASKED("masked"),
        /** They are negatives, as in a trainer that does not know which image a view shows: to see what masking is worth. */
        NEGATIVE("negative");

        private final String word;

        SameImage(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }

        /** As the command line has it. */
        @Override
        public String toString() {
            return word;
        }
    }

    /** Above every cosine. */
    public static final double NEVER = Double.POSITIVE_INFINITY;

    /** Below every number of bits. */
    public static final int NO_HASHES = -1;

    /** Hashes of any two pictures differ in 32 bits on average. */
    public static final int MOST_ALIKE_BITS = 31;

    public LossPlan {
        Objects.requireNonNull(formula, "formula");
        Objects.requireNonNull(sameImage, "sameImage");
        if (!(temperature > 0 && temperature <= 100)) {
            throw new IllegalArgumentException("The temperature is " + temperature
                    + ", but it must be above 0 and at most 100; 0.1 to 0.5 is usual");
        }
        if (!(nearDuplicates > 0 && (nearDuplicates < 1 || nearDuplicates == NEVER))) {
            throw new IllegalArgumentException("Near duplicates have a cosine above a number between 0 and 1, not "
                    + nearDuplicates + "; 0.95 is usual");
        }
        if (alikeBits < NO_HASHES || alikeBits > MOST_ALIKE_BITS) {
            throw new IllegalArgumentException("Pictures are alike whose hashes differ in at most 0 to "
                    + MOST_ALIKE_BITS + " of 64 bits, not " + alikeBits + "; 4 is careful");
        }
    }

    /** A plan that masks views of one image and compares no pictures. */
    public LossPlan(LossFormula formula, double temperature, double nearDuplicates) {
        this(formula, temperature, nearDuplicates, SameImage.MASKED, NO_HASHES);
    }

    /** Whether the loss needs to know what the images look like. */
    public boolean comparesPictures() {
        return alikeBits != NO_HASHES;
    }

    /** SimCLR's loss, without a look for near duplicates. */
    public static LossPlan ntXent(double temperature) {
        return new LossPlan(new LossFormula.NtXent(), temperature, NEVER);
    }
}
