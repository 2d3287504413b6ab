package io.streamclr.console.drift;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How far two samples are from being of one distribution: the kernel two-sample test of Gretton et al. (2012).
 *
 * @param mmd2 unbiased estimate of the squared maximum mean discrepancy; around 0, and then also below it, where there is
 *     no difference
 * @param pValue share of random divisions of all vectors into two such samples that differ as much or more, the division
 *     itself counted too; in (0, 1]
 */
public record Discrepancy(double mmd2, double pValue) {

    /** What rounding may make of two divisions that differ equally. */
    private static final double ROUNDING = 1e-12;

    /**
     * Compares two samples.
     *
     * @param reference two vectors or more
     * @param window two or more, of the same length
     * @param permutations 1 or more
     */
    static Discrepancy between(List<float[]> reference, List<float[]> window, int permutations, long seed) {
        GramMatrix gram =
                GramMatrix.of(Stream.concat(reference.stream(), window.stream()).toList());
        // The smaller sample tells all about the larger one, at less cost.
        boolean windowIsSmaller = window.size() < reference.size();
        int count = windowIsSmaller ? window.size() : reference.size();
        int from = windowIsSmaller ? reference.size() : 0;
        double observed = gram.discrepancy(IntStream.range(from, from + count).toArray(), count);
        SplittableRandom random = new SplittableRandom(seed);
        int[] shuffled = IntStream.range(0, gram.size()).toArray();
        int asFar = 1;
        for (int i = 0; i < permutations; i++) {
            shuffle(shuffled, count, random);
            if (gram.discrepancy(shuffled, count) >= observed - ROUNDING) {
                asFar++;
            }
        }
        return new Discrepancy(observed, asFar / (1.0 + permutations));
    }

    /** Moves a random choice to the front (Fisher and Yates). */
    private static void shuffle(int[] indices, int count, SplittableRandom random) {
        for (int i = 0; i < count; i++) {
            int other = random.nextInt(i, indices.length);
            int kept = indices[i];
            indices[i] = indices[other];
            indices[other] = kept;
        }
    }
}
