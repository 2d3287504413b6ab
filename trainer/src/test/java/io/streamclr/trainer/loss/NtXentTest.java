package io.streamclr.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.loss.ContrastiveLoss.Evaluation;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NtXentTest {

    private static final int PAIRS = 24;
    private static final int WIDTH = 16;

    private final Torch torch = Torch.open(1);
    private final Scope scope = torch.scope();

    @AfterEach
    void close() {
        torch.close();
    }

    @ParameterizedTest
    @CsvSource({"1, 1.0, 48", "1, 0.5, 7", "1, 0.1, 5", "1, 0.05, 48", "8, 0.05, 7", "0.2, 0.1, 1"})
    void agreesWithTheDoubleLoopInThePaper(float spread, double temperature, int tileRows) {
        float[] z = embeddings(spread);
        int[] images = IntStream.range(0, PAIRS).map(i -> i % 20).toArray(); // 4 images are there twice
        DenseTwin twin = DenseTwin.of(z, WIDTH, images, temperature);

        Evaluation evaluation =
                new NtXent(torch, temperature).evaluate(scope, scope.floats(z, 2 * PAIRS, WIDTH), images, tileRows);

        assertThat(evaluation.value()).isCloseTo(twin.loss(), within(1e-6 * Math.max(1, twin.loss())));
        assertThat(relativeDistance(evaluation.gradient().floats(), twin.gradient()))
                .isLessThan(1e-5);
    }

    @Test
    void keepsItsPrecisionWhenTheLossIsNearlyNothing() {
        float[] z = new float[2 * PAIRS * WIDTH];
        Random random = new Random(3);
        for (int i = 0; i < PAIRS * WIDTH; i++) {
            z[i] = (float) random.nextGaussian() * 0.2f + (i % WIDTH == i / WIDTH % WIDTH ? 5 : 0);
            z[PAIRS * WIDTH + i] = z[i] + 0.001f * (float) random.nextGaussian();
        }
        int[] images = IntStream.range(0, PAIRS).map(i -> i % WIDTH).toArray();
        DenseTwin twin = DenseTwin.of(z, WIDTH, images, 0.05);

        Evaluation evaluation = new NtXent(torch, 0.05).evaluate(scope, scope.floats(z, 2 * PAIRS, WIDTH), images, 48);

        assertThat(twin.loss()).isLessThan(1e-4);
        assertThat(evaluation.value() / twin.loss()).isCloseTo(1, within(1e-4));
        assertThat(relativeDistance(evaluation.gradient().floats(), twin.gradient()))
                .isLessThan(1e-4);
    }

    @Test
    void isTheLogOfTheOtherViewsWhenAllLookAlike() {
        float[] z = new float[8 * WIDTH];
        java.util.Arrays.fill(z, 1);

        Evaluation evaluation =
                new NtXent(torch, 0.5).evaluate(scope, scope.floats(z, 8, WIDTH), new int[] {0, 1, 2, 3});

        assertThat(evaluation.value()).isCloseTo(Math.log(7), within(1e-6)); // 8 views, one of them itself
    }

    @Test
    void viewsOfTheSameImageDoNotPushEachOtherAway() {
        float[] z = embeddings(1);
        int[] alike = new int[PAIRS];

        Evaluation evaluation = new NtXent(torch, 0.1).evaluate(scope, scope.floats(z, 2 * PAIRS, WIDTH), alike);

        assertThat(evaluation.value()).isZero();
        assertThat(evaluation.gradient().floats()).containsOnly(0f);
    }

    @Test
    void holdsNoMatrixOfAllPairsOfViews() {
        int views = 16_384;
        float[] z = new float[views * 2];
        Random random = new Random(1);
        for (int i = 0; i < z.length; i++) {
            z[i] = (float) random.nextGaussian();
        }
        Tensor embeddings = scope.floats(z, views, 2);
        int[] images = IntStream.range(0, views / 2).toArray();
        long tile = NtXent.TILE_ELEMENTS / views;

        double inTiles =
                new NtXent(torch, 0.5).evaluate(scope, embeddings, images).value();

        assertThat(tile * views * Float.BYTES).isLessThanOrEqualTo(32L << 20);
        assertThat(inTiles).isBetween(Math.log(views) - 2, Math.log(views) + 4);
    }

    @Test
    void aTemperatureOfZeroIsNone() {
        assertThatThrownBy(() -> new NtXent(torch, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The temperature is 0.0, but NT-Xent needs one above 0 and up to 100; 0.1 is usual");
    }

    private static float[] embeddings(float spread) {
        Random random = new Random(7);
        float[] z = new float[2 * PAIRS * WIDTH];
        for (int i = 0; i < PAIRS * WIDTH; i++) {
            z[i] = (float) random.nextGaussian() * spread;
            z[PAIRS * WIDTH + i] = z[i] + 0.5f * spread * (float) random.nextGaussian();
        }
        return z;
    }

    static double relativeDistance(float[] actual, double[] expected) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            size += expected[i] * expected[i];
        }
        return Math.sqrt(difference / size);
    }
}
