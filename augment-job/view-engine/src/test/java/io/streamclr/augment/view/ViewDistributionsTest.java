package io.streamclr.augment.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.identity.ImageId;
import io.streamclr.schemas.record.AppliedOperation;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.Lineage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.inference.ChiSquareTest;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the lineages of many pairs say, by the presets: every distribution is the recipe's, and nothing depends on
 * anything else. Seeds are fixed, so that a distribution that is right stays so.
 */
class ViewDistributionsTest {

    private static final int PAIRS = 6_000;

    /** A right distribution looks this wrong once in a thousand times. */
    private static final double ALPHA = 0.001;

    private static List<Lineage> firsts;
    private static List<Lineage> seconds;

    @BeforeAll
    static void drawManyPairs() {
        ViewEngine engine = new ViewEngine(Recipe.parse("imagenet,size=4,solarize.p=0.2,rotation.p=0.6,cutout.p=0.3"));
        Pixels image = new Pixels(60, 45, new byte[3 * 60 * 45]);
        firsts = new ArrayList<>();
        seconds = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            // Every image in three passes.
            ImageId id = new ImageId(i / 3, 7);
            firsts.add(engine.draw(image, 3, id, i % 3, 0).getLineage());
            seconds.add(engine.draw(image, 3, id, i % 3, 1).getLineage());
        }
    }

    @Test
    void everyStepIsTakenAsOftenAsTheRecipeSays() {
        Map<String, Double> probabilities = Map.of(
                "flip",
                0.5,
                "rotation",
                0.6,
                "brightness",
                0.8,
                "hue",
                0.8,
                "grey",
                0.2,
                "blur",
                0.5,
                "solarize",
                0.2,
                "cutout",
                0.3);

        probabilities.forEach((operation, probability) -> {
            for (List<Lineage> views : List.of(firsts, seconds)) {
                long taken =
                        views.stream().mapToInt(view -> has(view, operation)).sum();
                double[] expected = {PAIRS * probability, PAIRS * (1 - probability)};
                assertThat(new ChiSquareTest().chiSquareTest(expected, new long[] {taken, PAIRS - taken}))
                        .as(operation)
                        .isGreaterThan(ALPHA);
            }
        });
    }

    @Test
    void factorsShiftsAndSigmasAreUniformInTheRangesOfThePaper() {
        requireUniform("brightness", 0.2, 1.8);
        requireUniform("contrast", 0.2, 1.8);
        requireUniform("saturation", 0.2, 1.8);
        requireUniform("hue", -0.2, 0.2);
        requireUniform("blur", 0.1, 2);
    }

    @Test
    void theThreeTurnsAreAlikeAndSoAreThePlacesOfTheSquare() {
        requireAllAlike("rotation", 3, view -> (int) value(view, "rotation").sum() / 90 - 1);
        // Of four pixels a square of two, whose middle is any of them: its left is 0 twice.
        requireAllAlike("cutout", 4, view -> {
            List<Double> box = applied(view, "cutout").findFirst().orElseThrow().getArguments();
            return box.get(0) > 0 ? box.get(0).intValue() : box.get(2) > 1 ? 0 : 3;
        });
    }

    @Test
    void allTwentyFourOrdersOfTheColourOperationsAreAlike() {
        Map<String, Integer> orders = new TreeMap<>();
        for (List<Lineage> views : List.of(firsts, seconds)) {
            for (Lineage view : views) {
                if (has(view, "brightness") == 1) {
                    orders.merge(colours(view), 1, Integer::sum);
                }
            }
        }

        assertThat(orders).hasSize(24);
        double[] expected = new double[24];
        Arrays.fill(expected, 1);
        long[] observed = orders.values().stream().mapToLong(Integer::longValue).toArray();
        assertThat(new ChiSquareTest().chiSquareTest(expected, observed)).isGreaterThan(ALPHA);
    }

    /** Against torchvision's {@code get_params} written down plainly, with another generator. */
    @Test
    void cropsAreSpreadAsThoseOfTorchvisionEvenWhereMostAttemptsFail() {
        Recipe recipe = Recipe.parse("imagenet");
        for (int[] sides : new int[][] {{4000, 3000}, {3000, 9000}, {1000, 7000}}) {
            SplittableRandom random = new SplittableRandom(11);
            List<CropBox> ours = IntStream.range(0, 5_000)
                    .mapToObj(seed -> recipe.crop().draw(sides[0], sides[1], new Draws(seed * 977L)))
                    .toList();
            List<CropBox> theirs = IntStream.range(0, 5_000)
                    .mapToObj(unused -> twin(sides[0], sides[1], random))
                    .toList();

            requireAlike(ours, theirs, box -> (double) box.getWidth() * box.getHeight());
            requireAlike(ours, theirs, box -> Math.log((double) box.getWidth() / box.getHeight()));
            requireAlike(ours, theirs, CropBox::getX);
            requireAlike(ours, theirs, CropBox::getY);
        }
    }

    @Test
    void theTwoViewsOfAnImageHaveNothingToDoWithEachOther() {
        for (String operation : List.of("flip", "brightness", "grey", "blur", "solarize")) {
            requireIndependent(operation, 2, first -> has(first, operation), second -> has(second, operation));
        }
        requireIndependent("area", 4, ViewDistributionsTest::quarterOfArea, ViewDistributionsTest::quarterOfArea);
        requireIndependent("place", 4, ViewDistributionsTest::quarterOfPlace, ViewDistributionsTest::quarterOfPlace);
        requireIndependent("brightness", 5, view -> fifth(view, "brightness"), view -> fifth(view, "brightness"));
    }

    @Test
    void theStepsOfAViewHaveNothingToDoWithEachOther() {
        List<String> steps = List.of("flip", "brightness", "grey", "blur", "solarize");
        for (String one : steps) {
            for (String other : steps.subList(steps.indexOf(one) + 1, steps.size())) {
                requireIndependent(
                        firsts, firsts, one + " and " + other, 2, view -> has(view, one), view -> has(view, other));
            }
        }
        requireIndependent(
                firsts, firsts, "area and blur", 4, ViewDistributionsTest::quarterOfArea, view -> has(view, "blur"));
        List<Lineage> jittered =
                firsts.stream().filter(view -> has(view, "brightness") == 1).toList();
        requireIndependent(
                jittered,
                jittered,
                "brightness and hue",
                5,
                view -> fifth(view, "brightness"),
                view -> fifth(view, "hue"));
    }

    @Test
    void thePassesOfAnImageHaveNothingToDoWithEachOther() {
        List<Lineage> earlier =
                IntStream.range(0, PAIRS / 3).mapToObj(i -> firsts.get(3 * i)).toList();
        List<Lineage> later = IntStream.range(0, PAIRS / 3)
                .mapToObj(i -> firsts.get(3 * i + 1))
                .toList();

        requireIndependent(earlier, later, "flip", 2, view -> has(view, "flip"), view -> has(view, "flip"));
        requireIndependent(
                earlier, later, "area", 4, ViewDistributionsTest::quarterOfArea, ViewDistributionsTest::quarterOfArea);
    }

    private static void requireUniform(String operation, double low, double high) {
        double[] values = List.of(firsts, seconds).stream()
                .flatMap(List::stream)
                .flatMapToDouble(view -> value(view, operation))
                .toArray();

        assertThat(values.length).isGreaterThan(PAIRS / 2);
        assertThat(new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new UniformRealDistribution(low, high), values))
                .as(operation)
                .isGreaterThan(ALPHA);
    }

    /** @param kindOf which of the kinds a view is, of which every one is as likely as the others */
    private static void requireAllAlike(String operation, int kinds, ToIntFunction<Lineage> kindOf) {
        double[] expected = new double[kinds];
        Arrays.fill(expected, 1);
        long[] observed = new long[kinds];
        Stream.concat(firsts.stream(), seconds.stream())
                .filter(view -> has(view, operation) == 1)
                .forEach(view -> observed[kindOf.applyAsInt(view)]++);

        assertThat(new ChiSquareTest().chiSquareTest(expected, observed)).isGreaterThan(ALPHA);
    }

    private static void requireAlike(List<CropBox> ours, List<CropBox> theirs, ToDoubleFunction<CropBox> measure) {
        double[] one = ours.stream().mapToDouble(measure).toArray();
        double[] other = theirs.stream().mapToDouble(measure).toArray();

        double statistic = new KolmogorovSmirnovTest().kolmogorovSmirnovStatistic(one, other);
        assertThat(new KolmogorovSmirnovTest().approximateP(statistic, one.length, other.length))
                .isGreaterThan(ALPHA);
    }

    private static void requireIndependent(
            String what, int kinds, ToIntFunction<Lineage> ofFirst, ToIntFunction<Lineage> ofSecond) {
        requireIndependent(firsts, seconds, what, kinds, ofFirst, ofSecond);
    }

    private static void requireIndependent(
            List<Lineage> some,
            List<Lineage> others,
            String what,
            int kinds,
            ToIntFunction<Lineage> ofOne,
            ToIntFunction<Lineage> ofOther) {
        long[][] table = new long[kinds][kinds];
        for (int i = 0; i < some.size(); i++) {
            table[ofOne.applyAsInt(some.get(i))][ofOther.applyAsInt(others.get(i))]++;
        }
        long[][] met = Arrays.stream(table)
                .map(row -> Arrays.stream(row).filter(count -> count > 0).toArray())
                .toArray(long[][]::new);

        assertThat(new ChiSquareTest().chiSquareTest(met)).as(what).isGreaterThan(ALPHA);
    }

    private static int has(Lineage view, String operation) {
        return applied(view, operation).findAny().isPresent() ? 1 : 0;
    }

    private static Stream<AppliedOperation> applied(Lineage view, String operation) {
        return view.getOperations().stream().filter(one -> one.getName().equals(operation));
    }

    private static DoubleStream value(Lineage view, String operation) {
        return applied(view, operation).mapToDouble(one -> one.getArguments().get(0));
    }

    /** In which fifth of its range a factor lies, or a shift; without jitter, in the first. */
    private static int fifth(Lineage view, String operation) {
        double least = operation.equals("hue") ? -0.2 : 0.2;
        double range = operation.equals("hue") ? 0.4 : 1.6;
        return (int) value(view, operation)
                .map(value -> Math.min(4, 5 * (value - least) / range))
                .findFirst()
                .orElse(0);
    }

    private static String colours(Lineage view) {
        return view.getOperations().stream()
                .map(AppliedOperation::getName)
                .filter(List.of("brightness", "contrast", "saturation", "hue")::contains)
                .collect(Collectors.joining(" "));
    }

    private static int quarterOfArea(Lineage view) {
        double area = (double) view.getCrop().getWidth() * view.getCrop().getHeight() / (60 * 45);
        return (int) Math.min(3, 4 * area);
    }

    private static int quarterOfPlace(Lineage view) {
        CropBox box = view.getCrop();
        double middle = (box.getX() + box.getWidth() / 2.0) / 60;
        return middle < 0.4 ? 0 : middle < 0.5 ? 1 : middle < 0.6 ? 2 : 3;
    }

    private static CropBox twin(int width, int height, SplittableRandom random) {
        for (int attempt = 0; attempt < 10; attempt++) {
            double area = width * (double) height * (0.08 + 0.92 * random.nextDouble());
            double ratio = Math.pow(4 / 3.0, 2 * random.nextDouble() - 1);
            int w = (int) Math.round(Math.sqrt(area * ratio));
            int h = (int) Math.round(Math.sqrt(area / ratio));
            if (w <= width && h <= height) {
                return new CropBox(random.nextInt(width - w + 1), random.nextInt(height - h + 1), w, h);
            }
        }
        int w = Math.min(width, (int) Math.round(height * 4 / 3.0));
        int h = Math.min(height, (int) Math.round(width / 0.75));
        return new CropBox((width - w) / 2, (height - h) / 2, w, h);
    }
}
