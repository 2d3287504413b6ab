package io.streamclr.trainer.probe;

import java.util.Arrays;

/** What images of known classes were taken for. */
public final class Confusion {

    private final int[][] counts;

    private Confusion(int[][] counts) {
        this.counts = counts;
    }

    /**
     * Compares classes, each 0 to {@code classes - 1}.
     *
     * @param truth of each image, 1 or more
     * @param answers what each was taken for
     */
    public static Confusion of(int classes, int[] truth, int[] answers) {
        if (truth.length == 0 || truth.length != answers.length) {
            throw new IllegalArgumentException(
                    answers.length + " answers cannot be held against " + truth.length + " labels");
        }
        int[][] counts = new int[classes][classes];
        for (int i = 0; i < truth.length; i++) {
            counts[truth[i]][answers[i]]++;
        }
        return new Confusion(counts);
    }

    /** Both together, as for several seeds. */
    public Confusion plus(Confusion other) {
        int[][] sums = counts();
        for (int row = 0; row < sums.length; row++) {
            for (int column = 0; column < sums.length; column++) {
                sums[row][column] += other.counts[row][column];
            }
        }
        return new Confusion(sums);
    }

    /** A copy: images of class i that were taken for class j, in row i and column j. */
    public int[][] counts() {
        return Arrays.stream(counts).map(int[]::clone).toArray(int[][]::new);
    }

    /** Share of images that were taken for what they are, in [0, 1]. */
    public double accuracy() {
        long right = 0;
        long all = 0;
        for (int row = 0; row < counts.length; row++) {
            right += counts[row][row];
            all += Arrays.stream(counts[row]).asLongStream().sum();
        }
        return (double) right / all;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Confusion confusion && Arrays.deepEquals(counts, confusion.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(counts);
    }

    @Override
    public String toString() {
        return "Confusion" + Arrays.deepToString(counts);
    }
}
