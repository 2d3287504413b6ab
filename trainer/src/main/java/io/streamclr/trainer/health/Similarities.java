package io.streamclr.trainer.health;

import java.util.List;

/**
 * How alike embeddings are, as two histograms of cosines: {@link #BINS} bins of equal width from -1 to 1.
 *
 * @param positives pairs of views of one image, in each bin
 * @param negatives pairs of views of different images, in each bin
 */
public record Similarities(List<Integer> positives, List<Integer> negatives) {

    /** Bins of each histogram. */
    public static final int BINS = 40;

    public Similarities {
        positives = List.copyOf(positives);
        negatives = List.copyOf(negatives);
        if (positives.size() != BINS || negatives.size() != BINS) {
            throw new IllegalArgumentException(
                    "A histogram has " + BINS + " bins, not " + positives.size() + " and " + negatives.size());
        }
    }
}
