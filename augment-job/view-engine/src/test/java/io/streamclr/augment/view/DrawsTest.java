package io.streamclr.augment.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.CropBox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;

/** Chance follows the recipe: fixed seeds, so that a distribution that is right stays so. */
class DrawsTest {

    private static final int MANY = 20_000;

    /** A right distribution looks this wrong once in a thousand times. */
    private static final double ALPHA = 0.001;

    @Test
    void theGeneratorIsTheSplitMixOfThePlatform() {
        SplittableRandom platform = new SplittableRandom(12345);
        Draws ours = new Draws(12345);

        // The platform's generator with this constructor steps by the golden ratio and mixes as ours does.
        for (int i = 0; i < 1000; i++) {
            assertThat(ours.unit()).isEqualTo((platform.nextLong() >>> 11) * 0x1.0p-53);
        }
    }

    @Test
    void wholeNumbersBelowABoundAreAllAlike() {
        int[] counts = new int[7];
        Draws random = new Draws(1);

        for (int i = 0; i < MANY; i++) {
            counts[random.below(7)]++;
        }

        assertThat(evenness(counts)).isGreaterThan(ALPHA);
    }

    @Test
    void anOperationIsTakenAsOftenAsItsProbabilitySays() {
        for (double probability : new double[] {0, 0.2, 0.5, 0.8, 1}) {
            Step step = new Step("flip", probability, false, List.of(new Flip()));

            int taken = 0;
            for (long seed = 0; seed < MANY; seed++) {
                taken += plan(step, seed).size();
            }

            double deviation = Math.sqrt(MANY * probability * (1 - probability));
            assertThat((double) taken).isCloseTo(MANY * probability, within(3.3 * deviation));
        }
    }

    @Test
    void aFixedOrderIsBrightnessContrastSaturationHue() {
        Step jitter = Recipe.parse("imagenet,jitter.p=1,jitter.order=fixed").steps().stream()
                .filter(step -> step.name().equals("jitter"))
                .findAny()
                .orElseThrow();

        assertThat(plan(jitter, 5))
                .extracting(AppliedOperation::getName)
                .containsExactly("brightness", "contrast", "saturation", "hue");
    }

    @Test
    void factorsShiftsAndSigmasAreUniform() {
        requireUniform(new Blend(Blend.Toward.BLACK, 0.8), 0.2, 1.8);
        requireUniform(new Blend(Blend.Toward.MEAN, 1.5), 0, 2.5);
        requireUniform(new Blend(Blend.Toward.GREY, 0.4), 0.6, 1.4);
        requireUniform(new Hue(0.2), -0.2, 0.2);
        requireUniform(new Blur(23, 0.1, 2), 0.1, 2);
    }

    @Test
    void areaIsUniformAndRatioLogUniformWhereEveryCropFits() {
        RandomCrop crop = new RandomCrop(0.08, 0.5, 0.75, 4 / 3.0);
        double[] areas = new double[MANY];
        double[] ratios = new double[MANY];

        for (int i = 0; i < MANY; i++) {
            CropBox box = crop.draw(4000, 4000, new Draws(i * 31L));
            areas[i] = (double) box.getWidth() * box.getHeight() / (4000.0 * 4000.0);
            ratios[i] = Math.log((double) box.getWidth() / box.getHeight());
        }

        assertThat(uniformity(areas, 0.08, 0.5)).isGreaterThan(ALPHA);
        assertThat(uniformity(ratios, Math.log(0.75), Math.log(4 / 3.0))).isGreaterThan(ALPHA);
    }

    @Test
    void everyPlaceWhereTheCropFitsIsAlike() {
        RandomCrop crop = new RandomCrop(0.25, 0.25, 1, 1);
        int[] left = new int[6];

        for (int i = 0; i < MANY; i++) {
            CropBox box = crop.draw(10, 10, new Draws(i));
            assertThat(box.getWidth()).isEqualTo(5);
            assertThat(box.getHeight()).isEqualTo(5);
            left[box.getX()]++;
        }

        assertThat(evenness(left)).isGreaterThan(ALPHA);
    }

    @Test
    void everyCropLiesInsideEvenTheOddestImage() {
        RandomCrop crop = new RandomCrop(0.08, 1, 0.75, 4 / 3.0);
        for (int[] size : new int[][] {{1, 1}, {1, 500}, {500, 1}, {3, 1000}, {1000, 2}, {7, 5}}) {
            for (int seed = 0; seed < 500; seed++) {
                CropBox box = crop.draw(size[0], size[1], new Draws(seed));

                assertThat(box.getX()).isNotNegative();
                assertThat(box.getY()).isNotNegative();
                assertThat(box.getWidth()).isBetween(1, size[0] - box.getX());
                assertThat(box.getHeight()).isBetween(1, size[1] - box.getY());
            }
        }
    }

    @Test
    void whereNoAttemptFitsTheLargestAllowedBoxInTheMiddleIsTaken() {
        RandomCrop crop = new RandomCrop(1, 1, 0.75, 4 / 3.0);

        assertThat(crop.draw(400, 100, new Draws(1))).isEqualTo(new CropBox(133, 0, 133, 100));
        assertThat(crop.draw(100, 400, new Draws(1))).isEqualTo(new CropBox(0, 133, 100, 133));
    }

    private static void requireUniform(Operation operation, double low, double high) {
        double[] values = new double[MANY];
        for (int i = 0; i < MANY; i++) {
            values[i] = operation.draw(new Draws(i * 17L))[0];
        }
        assertThat(uniformity(values, low, high)).as(operation.name()).isGreaterThan(ALPHA);
    }

    private static List<AppliedOperation> plan(Step step, long seed) {
        List<AppliedOperation> plan = new ArrayList<>();
        step.draw(seed, plan);
        return plan;
    }

    /** How likely counts of equally likely things are at least so uneven. */
    private static double evenness(int[] counts) {
        double[] expected = new double[counts.length];
        Arrays.fill(expected, 1);
        return new ChiSquareTest()
                .chiSquareTest(expected, Arrays.stream(counts).asLongStream().toArray());
    }

    /** How likely values of a uniform distribution are at least so far from it. */
    private static double uniformity(double[] values, double low, double high) {
        return new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new UniformRealDistribution(low, high), values);
    }
}
