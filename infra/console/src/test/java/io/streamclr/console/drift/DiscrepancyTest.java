package io.streamclr.console.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class DiscrepancyTest {

    @Test
    void itIsThatOfTheObviousSumsWhicheverSampleIsTheSmaller() {
        SplittableRandom random = new SplittableRandom(5);
        List<float[]> few = Arrived.vectors(13, 0.5, random);
        List<float[]> many = Arrived.vectors(29, 0, random);

        double there = Discrepancy.between(few, many, 1, 1).mmd2();
        double back = Discrepancy.between(many, few, 1, 1).mmd2();

        assertThat(there).isCloseTo(obvious(few, many), within(1e-6)).isCloseTo(back, within(1e-12));
    }

    @Test
    void anyDivisionOfTheVectorsIsThatOfTheObviousSums() {
        SplittableRandom random = new SplittableRandom(6);
        List<float[]> all = Arrived.vectors(20, 0, random);
        int[] some = {17, 3, 11, 4, 19, 0, 8};

        double found = GramMatrix.of(all).discrepancy(some, some.length);

        List<float[]> chosen = Arrays.stream(some).mapToObj(all::get).toList();
        List<float[]> rest = IntStream.range(0, all.size())
                .filter(i -> Arrays.stream(some).noneMatch(each -> each == i))
                .mapToObj(all::get)
                .toList();
        assertThat(found).isCloseTo(obvious(chosen, rest), within(1e-6));
    }

    @Test
    void withoutDriftEachPValueIsAsLikelyAsAnother() {
        double[] pValues = IntStream.range(0, 200)
                .mapToDouble(trial -> {
                    SplittableRandom random = new SplittableRandom(trial);
                    List<float[]> reference = Arrived.vectors(40, 0, random);
                    List<float[]> window = Arrived.vectors(30, 0, random);
                    return Discrepancy.between(reference, window, 99, trial).pValue();
                })
                .sorted()
                .toArray();

        // The largest distance to the uniform distribution (Kolmogorov and Smirnov): above 0.138 once in a thousand
        // times.
        double farthest = IntStream.range(0, pValues.length)
                .mapToDouble(i -> Math.max(
                        Math.abs(pValues[i] - (double) i / pValues.length),
                        Math.abs(pValues[i] - (i + 1.0) / pValues.length)))
                .max()
                .orElseThrow();
        assertThat(farthest).isLessThan(0.138);
    }

    @Test
    void aClusterThatASixthOfTheImagesMovedToIsFound() {
        SplittableRandom random = new SplittableRandom(7);
        List<float[]> reference = Arrived.vectors(120, 0, random);
        List<float[]> window = Stream.concat(
                        Arrived.vectors(100, 0, random).stream(), Arrived.vectors(20, 6, random).stream())
                .toList();

        Discrepancy found = Discrepancy.between(reference, window, 999, 1);

        assertThat(found.pValue()).isEqualTo(0.001);
        assertThat(found.mmd2()).isPositive();
    }

    @Test
    void vectorsThatAreAllTheSameDoNotDiffer() {
        List<float[]> same = Collections.nCopies(10, new float[] {1, 0});

        assertThat(Discrepancy.between(same, same, 19, 1)).isEqualTo(new Discrepancy(0, 1));
    }

    @Test
    void theSameSeedGivesTheSameFigures() {
        SplittableRandom random = new SplittableRandom(8);
        List<float[]> reference = Arrived.vectors(30, 0, random);
        List<float[]> window = Arrived.vectors(30, 0.4, random);

        assertThat(Discrepancy.between(reference, window, 99, 3))
                .isEqualTo(Discrepancy.between(reference, window, 99, 3));
    }

    /** As the paper has it (equation 3), with the median distance as the kernel's width. */
    private static double obvious(List<float[]> one, List<float[]> other) {
        List<float[]> all = Stream.concat(one.stream(), other.stream()).toList();
        double[] distances = IntStream.range(0, all.size())
                .boxed()
                .flatMapToDouble(i -> IntStream.range(0, i).mapToDouble(j -> distance(all.get(i), all.get(j))))
                .sorted()
                .toArray();
        double width = distances[distances.length / 2];
        return mean(one, one, width) + mean(other, other, width) - 2 * mean(one, other, width);
    }

    /** Of the kernel, over pairs of different vectors. */
    private static double mean(List<float[]> one, List<float[]> other, double width) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < one.size(); i++) {
            for (int j = 0; j < other.size(); j++) {
                if (one != other || i != j) {
                    double distance = distance(one.get(i), other.get(j));
                    sum += Math.exp(-distance * distance / (2 * width * width));
                    pairs++;
                }
            }
        }
        return sum / pairs;
    }

    private static double distance(float[] one, float[] other) {
        double squares = 0;
        for (int i = 0; i < one.length; i++) {
            squares += Math.pow((double) one[i] - other[i], 2);
        }
        return Math.sqrt(squares);
    }
}
