package io.streamclr.augment.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.CropBox;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Chance follows the recipe: fixed seeds, so that a distribution that is right stays so. */
class DrawsTest {

    private static final int MANY = 20_000;

    /** The 99.9 % point of Kolmogorov's distribution. */
    private static final double KOLMOGOROV = 1.95;

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

        assertThat(chiSquare(counts)).isLessThan(22.46);
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
    void allOrdersOfTheFourColourOperationsAreAlike() {
        Step jitter = Recipe.parse("imagenet,jitter.p=1").steps().get(1);
        Map<String, Integer> orders = new HashMap<>();

        for (long seed = 0; seed < MANY; seed++) {
            StringBuilder order = new StringBuilder();
            plan(jitter, seed)
                    .forEach(applied -> order.append(applied.getName()).append(' '));
            orders.merge(order.toString(), 1, Integer::sum);
        }

        assertThat(orders).hasSize(24);
        assertThat(chiSquare(
                        orders.values().stream().mapToInt(Integer::intValue).toArray()))
                .isLessThan(49.73);
    }

    @Test
    void aFixedOrderIsBrightnessContrastSaturationHue() {
        Step jitter =
                Recipe.parse("imagenet,jitter.p=1,jitter.order=fixed").steps().get(1);

        assertThat(plan(jitter, 5))
                .extracting(AppliedOperation::getName)
                .containsExactly("brightness", "contrast", "saturation", "hue");
    }

    @Test
    void factorsShiftsAndSigmasAreUniform() {
        requireUniform(new Blend(Blend.Toward.BLACK, 0.8), 0.2, 1.8);
        requireUniform(new Blend(Blend.Toward.MEAN, 1.5), 0, 2.5);
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

        assertThat(distanceFromUniform(areas, 0.08, 0.5)).isLessThan(KOLMOGOROV / Math.sqrt(MANY));
        assertThat(distanceFromUniform(ratios, Math.log(0.75), Math.log(4 / 3.0)))
                .isLessThan(KOLMOGOROV / Math.sqrt(MANY));
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

        assertThat(chiSquare(left)).isLessThan(20.52);
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
        assertThat(distanceFromUniform(values, low, high))
                .as(operation.name())
                .isLessThan(KOLMOGOROV / Math.sqrt(MANY));
    }

    private static List<AppliedOperation> plan(Step step, long seed) {
        List<AppliedOperation> plan = new ArrayList<>();
        step.draw(seed, plan);
        return plan;
    }

    private static double chiSquare(int[] counts) {
        double expected = (double) Arrays.stream(counts).sum() / counts.length;
        return Arrays.stream(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
    }

    /** Kolmogorov and Smirnov's statistic against the uniform distribution. */
    private static double distanceFromUniform(double[] values, double low, double high) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        double distance = 0;
        for (int i = 0; i < sorted.length; i++) {
            double share = (sorted[i] - low) / (high - low);
            distance = Math.max(
                    distance,
                    Math.max(
                            Math.abs(share - (double) i / sorted.length), Math.abs(share - (i + 1.0) / sorted.length)));
        }
        return distance;
    }
}
