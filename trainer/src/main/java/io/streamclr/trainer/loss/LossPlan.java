package io.streamclr.trainer.loss;

/**
 * Which loss, to the last constant.
 *
 * @param temperature tau, above 0 and at most 100; 0.1 on ImageNet, 0.5 for long runs on small images
 * @param nearDuplicates views of different images whose embeddings have a cosine above this are not held against each
 *     other; {@link #NEVER} for none
 */
public record LossPlan(LossFormula formula, double temperature, double nearDuplicates) {

    /** Above every cosine. */
    public static final double NEVER = Double.POSITIVE_INFINITY;

    public LossPlan {
        if (!(temperature > 0 && temperature <= 100)) {
            throw new IllegalArgumentException("The temperature is " + temperature
                    + ", but it must be above 0 and at most 100; 0.1 to 0.5 is usual");
        }
        if (!(nearDuplicates > 0 && (nearDuplicates < 1 || nearDuplicates == NEVER))) {
            throw new IllegalArgumentException("Near duplicates have a cosine above a number between 0 and 1, not "
                    + nearDuplicates + "; 0.95 is usual");
        }
    }

    /** SimCLR's loss, without a look for near duplicates. */
    public static LossPlan ntXent(double temperature) {
        return new LossPlan(new LossFormula.NtXent(), temperature, NEVER);
    }
}
