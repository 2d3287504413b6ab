package io.streamclr.trainer.watch;

/**
 * How well mixed a stream of images is, judged by what they look like: groups of {@value #GROUP} images in a row are held
 * against one another. With n images in each of k groups, it is the quotient of two estimates of an image's variance,
 * one from the means of the groups and one from within them,
 *
 * <pre>
 * F = (n sum |m_g - m|^2 / (k - 1)) / (sum |x - m_g|^2 / (k (n - 1)))
 * </pre>
 *
 * the F of an analysis of variance, and the design effect of a sample in clusters (Kish 1965): n images in a row are as
 * varied as n / F that are mixed. Of a mixed stream it is 1, whatever the images, with a standard deviation of
 * sqrt(2 / (k - 1)) at most, or somewhat more where a few rare images make up the variance. If a share r of the variance
 * is what neighbours have in common, as images of one class do, it is 1 + n r / (1 - r).
 *
 * <p>A function of what it was given, in its order. For one thread.
 */
final class Mixing {

    /** Images in a group. */
    static final int GROUP = 128;

    /**
     * With fewer groups a mixed stream may look like one in an order. Beyond them it does so less than once in a million
     * passes by the chi-squared distribution of a single number; where images differ by a rare kind alone, less than
     * once in three thousand by simulation.
     */
    private static final int LEAST_GROUPS = 32;

    /** Of an image; less is rounding. */
    private static final double LEAST_VARIANCE = 1e-9;

    /** Of F. Below it a stream is not worth a word. */
    private static final double IN_AN_ORDER = 3;

    private final int length;
    private final double[] sum;
    private double squares;
    private int inGroup;

    private final double[] sumOfMeans;
    private double sumOfSquaredMeans;
    private double sumOfSquares;
    private long groups;

    /** @param length of what an image looks like, 1 or more */
    Mixing(int length) {
        this.length = length;
        sum = new double[length];
        sumOfMeans = new double[length];
    }

    /** The next image of the stream. @param look {@code length} numbers in [0, 1] */
    void add(float[] look) {
        for (int i = 0; i < length; i++) {
            sum[i] += look[i];
            squares += (double) look[i] * look[i];
        }
        inGroup++;
        if (inGroup == GROUP) {
            endGroup();
        }
    }

    private void endGroup() {
        for (int i = 0; i < length; i++) {
            double mean = sum[i] / GROUP;
            sumOfMeans[i] += mean;
            sumOfSquaredMeans += mean * mean;
            sum[i] = 0;
        }
        sumOfSquares += squares;
        squares = 0;
        inGroup = 0;
        groups++;
    }

    /** Images in whole groups. */
    long images() {
        return groups * GROUP;
    }

    /** F, 0 or more, of the whole groups so far; 1 where there are too few to say, or all images look the same. */
    double ratio() {
        double within = (sumOfSquares - GROUP * sumOfSquaredMeans) / (groups * (GROUP - 1.0));
        if (groups < LEAST_GROUPS || !(within > LEAST_VARIANCE)) {
            return 1;
        }
        double squaredSum = 0;
        for (double each : sumOfMeans) {
            squaredSum += each * each;
        }
        double between = GROUP * (sumOfSquaredMeans - squaredSum / groups) / (groups - 1);
        return Math.max(0, between) / within;
    }

    /** Whether images that follow one another are more alike than others, beyond chance and beyond what is worth a word. */
    boolean isInAnOrder() {
        return ratio() > IN_AN_ORDER;
    }
}
