package io.streamclr.trainer.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.schemas.identity.Seeds;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Streams of images that are a class's look and noise, each stream from a seed. */
class MixingTest {

    private static final int IMAGES = 20_000;
    private static final int SEEDS = 25;

    /** Of the variance: a mixed stream must be taken for one also where classes are all that there is to see. */
    private static final double ALL_CLASS = 0.9999;

    /** What classes of photographs explain of their colours, once views were cropped and recoloured, is about this. */
    private static final double LITTLE_CLASS = 0.05;

    @Test
    void tenClassesMixedAreNoOrder() {
        assertMixed(random -> random.nextInt(10));
    }

    @Test
    void aHundredClassesMixedAreNoOrder() {
        assertMixed(random -> random.nextInt(100));
    }

    @Test
    void classesOfVeryDifferentSizesMixedAreNoOrder() {
        assertMixed(random -> (int) (-Math.log(1 - random.nextDouble()) * 1.5));
    }

    @Test
    void ninetyNineOfAHundredAlikeMixedAreNoOrder() {
        assertMixed(random -> random.nextInt(100) == 0 ? 1 : 0);
    }

    @Test
    void rareImagesAmongOthersAreNoOrder() {
        assertMixed(random -> random.nextInt(2_000) == 0 ? 1 : 0);
    }

    private interface Draw {
        int of(Random random);
    }

    private static void assertMixed(Draw classes) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);

            // One number is the worst case: several that differ from one another average chance out.
            for (int length : new int[] {1, 6}) {
                Stream stream = new Stream(random.nextLong(), length, ALL_CLASS);
                stream.show(IMAGES, i -> classes.of(random));
                assertThat(stream.firstReported)
                        .as("seed %d, length %d", seed, length)
                        .isZero();
            }
        }
    }

    @Test
    void aMixedStreamHasARatioOfOne() {
        Random random = new Random(1);
        Stream stream = new Stream(2, 6, ALL_CLASS);

        stream.show(20 * IMAGES, i -> random.nextInt(10));

        assertThat(stream.mixing.ratio()).isCloseTo(1, within(0.1));
    }

    @Test
    void classAfterClassIsAnOrderFromTheFirstLookOn() {
        assertThat(reportedAfter(LITTLE_CLASS, i -> i / 500)).isEqualTo(32 * Mixing.GROUP);
    }

    @Test
    void aSecondClassAfterManyImagesOfTheFirstIsSeenBeforeManyOfItHaveCome() {
        int before = IMAGES / 2;

        assertThat(reportedAfter(3 * LITTLE_CLASS, i -> i < before ? 0 : 1)).isBetween(before, before + before / 2);
    }

    @Test
    void classAfterClassInTwoRoundsIsAnOrder() {
        assertThat(reportedAfter(LITTLE_CLASS, i -> i % (IMAGES / 2) / (IMAGES / 20)))
                .isPositive();
    }

    @Test
    void aHundredClassesInTurnAreAnOrder() {
        assertThat(reportedAfter(LITTLE_CLASS, i -> i / 200 % 100)).isPositive();
    }

    @Test
    void scenesOfAVideoAreAnOrder() {
        assertThat(reportedAfter(0.5, i -> i / 30)).isPositive();
    }

    @Test
    void aBurstOfFourIsNone() {
        assertThat(reportedAfter(0.5, i -> i / 4)).isZero();
    }

    @Test
    void anOrderAfterAMixedBeginningIsSeen() {
        Random random = new Random(3);

        assertThat(reportedAfter(LITTLE_CLASS, i -> i < IMAGES / 4 ? random.nextInt(10) : i / 1_000))
                .isGreaterThan(IMAGES / 4);
    }

    @Test
    void theRatioIsThatOfTheFormula() {
        double share = 0.2;
        Stream stream = new Stream(4, 12, share);

        stream.show(1_000 * Mixing.GROUP, i -> i / Mixing.GROUP);

        assertThat(stream.mixing.ratio()).isCloseTo(1 + Mixing.GROUP * share / (1 - share), within(2.0));
    }

    @Test
    void imagesThatAreAllTheSameAreNoOrder() {
        Mixing mixing = new Mixing(1);
        for (int i = 0; i < IMAGES; i++) {
            mixing.add(new float[] {0.3f});
        }

        assertThat(mixing.ratio()).isEqualTo(1);
        assertThat(mixing.isInAnOrder()).isFalse();
    }

    @Test
    void aFewGroupsAreNotJudged() {
        Stream stream = new Stream(5, 6, ALL_CLASS);

        stream.show(32 * Mixing.GROUP - 1, i -> i / Mixing.GROUP);

        assertThat(stream.mixing.images()).isEqualTo(31 * Mixing.GROUP);
        assertThat(stream.mixing.ratio()).isEqualTo(1);
    }

    /** After how many images it is reported, 0 for never. */
    private static int reportedAfter(double share, IntUnaryOperator classes) {
        Stream stream = new Stream(7, 6, share);
        stream.show(IMAGES, classes);
        return stream.firstReported;
    }

    private static final class Stream {

        private final Random random;
        private final long seed;
        private final Map<Integer, double[]> looks = new HashMap<>();
        private final int length;
        private final double share;
        private final Mixing mixing;
        private int firstReported;

        /** @param share of the variance that the class makes up, in [0, 1] */
        Stream(long seed, int length, double share) {
            random = new Random(seed);
            this.seed = seed;
            this.length = length;
            this.share = share;
            mixing = new Mixing(length);
        }

        private double[] look(int label) {
            Random ofLabel = new Random(Seeds.of(seed, "look", label));
            return DoubleStream.generate(ofLabel::nextGaussian).limit(length).toArray();
        }

        void show(int images, IntUnaryOperator classes) {
            for (int i = 0; i < images; i++) {
                double[] look = looks.computeIfAbsent(classes.applyAsInt(i), this::look);
                float[] image = new float[length];
                for (int k = 0; k < length; k++) {
                    double unit = Math.sqrt(share) * look[k] + Math.sqrt(1 - share) * random.nextGaussian();
                    image[k] = (float) (0.5 + 0.1 * unit);
                }
                mixing.add(image);
                if (firstReported == 0 && mixing.isInAnOrder()) {
                    firstReported = i + 1;
                }
            }
        }
    }
}
