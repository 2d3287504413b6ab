package io.streamclr.augment.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.schemas.record.CropBox;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * How our crops differ from those of the SimCLR reference, which draws a ratio and then a uniform height (TensorFlow's
 * {@code sample_distorted_bounding_box}), so that small areas come more often than by a uniform area.
 */
class ReferenceCropsTest {

    private static final int CROPS = 100_000;
    private static final double LEAST_AREA = 0.08;
    private static final double LEAST_COVERED = 0.1;

    @Test
    void aQuarterOfOurCropsAndAThirdOfTheReferencesShowLessThanAQuarterOfAPhotograph() {
        assertThat(small(ours(500, 375))).isCloseTo(0.25, within(0.01));
        assertThat(small(reference(500, 375))).isCloseTo(0.33, within(0.01));
    }

    @Test
    void ofASquareItIsAFifthAndThreeTenths() {
        assertThat(small(ours(500, 500))).isCloseTo(0.2155, within(0.01));
        assertThat(small(reference(500, 500))).isCloseTo(0.30, within(0.01));
    }

    private static double small(double[] areas) {
        return (double) Arrays.stream(areas).filter(area -> area < 0.25).count() / areas.length;
    }

    private static double[] ours(int width, int height) {
        RandomCrop crop = Recipe.parse("imagenet").crop();
        Draws random = new Draws(7);
        return IntStream.range(0, CROPS)
                .mapToDouble(i -> {
                    CropBox box = crop.draw(width, height, random);
                    return (double) box.getWidth() * box.getHeight() / ((double) width * height);
                })
                .toArray();
    }

    /** Without the rounding to pixels, which counts for little in a photograph. */
    private static double[] reference(int width, int height) {
        Random random = new Random(7);
        double pixels = (double) width * height;
        return IntStream.range(0, CROPS)
                .mapToDouble(i -> {
                    double area;
                    do {
                        double ratio = 0.75 + random.nextDouble() * (4.0 / 3 - 0.75);
                        double least = Math.sqrt(LEAST_AREA * pixels / ratio);
                        double most = Math.min(height, width / ratio);
                        double sampled = least + random.nextDouble() * (most - least);
                        area = sampled * sampled * ratio / pixels;
                    } while (area < LEAST_COVERED);
                    return area;
                })
                .toArray();
    }
}
