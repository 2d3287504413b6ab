package io.streamclr.console.drift;

import java.time.Duration;
import java.util.Optional;

/**
 * What is compared, and how.
 *
 * @param sample images of the window and of the reference, at most
 * @param window how far back the images that are looked at arrived
 * @param range when the images of the reference arrived; empty for the first that the encoder embedded
 * @param permutations that the p value is counted from, 1 or more
 * @param seed of the choice of images and of the permutations
 */
public record DriftPlan(int sample, Duration window, Optional<TimeRange> range, int permutations, long seed) {

    /** With fewer images of either sample nothing is said. */
    public static final int FEWEST_IMAGES = 50;

    /** The Gram matrix of two such samples takes 64 MiB. */
    public static final int MOST_IMAGES = 2048;

    public static final int MOST_PERMUTATIONS = 100_000;

    public static final int USUAL_SAMPLE = 512;
    public static final int USUAL_PERMUTATIONS = 999;
    public static final long USUAL_SEED = 1;

    /** What is compared unless somebody asks for something else: the last hour with the encoder's first images. */
    public static final DriftPlan USUAL =
            new DriftPlan(USUAL_SAMPLE, Duration.ofHours(1), Optional.empty(), USUAL_PERMUTATIONS, USUAL_SEED);

    public DriftPlan {
        if (sample < FEWEST_IMAGES || sample > MOST_IMAGES) {
            throw new IllegalArgumentException(
                    "A sample has " + FEWEST_IMAGES + " to " + MOST_IMAGES + " images, not " + sample);
        }
        if (permutations < 1 || permutations > MOST_PERMUTATIONS) {
            throw new IllegalArgumentException(
                    "There are 1 to " + MOST_PERMUTATIONS + " permutations, not " + permutations);
        }
    }

    /** The least p value that so many permutations can give. */
    public double leastPValue() {
        return 1.0 / (1 + permutations);
    }
}
