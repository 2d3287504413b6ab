package io.streamclr.local.probe;

import java.util.OptionalDouble;

/**
 * What one way of looking at images is worth.
 *
 * @param knn accuracy of the 20 nearest training images by cosine, one vote each, in [0, 1]; empty without labels
 * @param linear accuracy of a linear classifier, in [0, 1]; empty without labels or when not asked for
 * @param retrieval share of test images that one fresh random view finds first among all of them, in [0, 1]
 */
public record Scores(OptionalDouble knn, OptionalDouble linear, double retrieval) {}
