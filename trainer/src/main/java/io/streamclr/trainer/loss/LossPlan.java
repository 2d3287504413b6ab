package io.streamclr.trainer.loss;

import java.util.Objects;

/**
 * Which loss, to the last constant.
 *
 * @param temperature tau, above 0 and at most 100; 0.1 on ImageNet, 0.5 for long runs on small images
 * @param nearDuplicates views of different images whose embeddings have a cosine above this are not held against each
 *     other; {@link #NEVER} for none
 * @param sameImage what views of one image in a batch are to each other, but for the two of a pair
 */
public record LossPlan(LossFormula formula, double temperature, double nearDuplicates, SameImage sameImage) {

    /** What becomes of the views of an image that is in a batch more than once. */
    public enum SameImage {
        /** They are not held against each other. */
        MASKED,
        /** They are negatives, as in a trainer that does not know which image a view shows: to see what masking is worth. */
        NEGATIVE
    }

    /** Above every cosine. */
    public static final double NEVER = Double.POSITIVE_INFINITY;

    public LossPlan {
        sameImage = Objects.requireNonNullElse(sameImage, SameImage.MASKED); // what journals of old runs do not say
        if (!(temperature > 0 && temperature <= 100)) {
            throw new IllegalArgumentException("The temperature is " + temperature
                    + ", but it must be above 0 and at most 100; 0.1 to 0.5 is usual");
        }
        if (!(nearDuplicates > 0 && (nearDuplicates < 1 || nearDuplicates == NEVER))) {
            throw new IllegalArgumentException("Near duplicates have a cosine above a number between 0 and 1, not "
                    + nearDuplicates + "; 0.95 is usual");
        }
    }

    /** A plan that masks views of one image. */
    public LossPlan(LossFormula formula, double temperature, double nearDuplicates) {
        this(formula, temperature, nearDuplicates, SameImage.MASKED);
    }

    /** SimCLR's loss, without a look for near duplicates. */
    public static LossPlan ntXent(double temperature) {
        return new LossPlan(new LossFormula.NtXent(), temperature, NEVER);
    }
}
