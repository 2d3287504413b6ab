package io.streamclr.trainer.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.schemas.identity.PictureHash;
import io.streamclr.trainer.loss.ContrastiveLoss.Evaluation;
import io.streamclr.trainer.loss.LossFormula.Debiased;
import io.streamclr.trainer.loss.LossFormula.Decoupled;
import io.streamclr.trainer.loss.LossFormula.FalseNegativeElimination;
import io.streamclr.trainer.loss.LossFormula.FalseNegativeElimination.Support;
import io.streamclr.trainer.loss.LossFormula.HardNegative;
import io.streamclr.trainer.loss.LossFormula.NtXent;
import io.streamclr.trainer.loss.LossPlan.SameImage;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TiledLossTest {

    private static final int PAIRS = 12;
    private static final int WIDTH = 8;

    private final Torch torch = Torch.open(1);
    private final Scope scope = torch.scope();

    @AfterEach
    void close() {
        torch.close();
    }

    static Stream<LossFormula> formulas() {
        return Stream.of(
                new NtXent(),
                new Decoupled(),
                new Debiased(0.1),
                new HardNegative(0.1, 1),
                new HardNegative(0, 0.5),
                new FalseNegativeElimination(3, -1, Support.MAX),
                new FalseNegativeElimination(100, 0.3, Support.MEAN));
    }

    static Stream<Arguments> formulasAndTemperatures() {
        int[] tileRows = {2 * PAIRS, 7, 5, 1};
        double[] temperatures = {0.05, 0.1, 0.5, 1};
        return formulas().flatMap(formula -> IntStream.range(0, 4)
                .mapToObj(i -> Arguments.of(formula, temperatures[i], tileRows[i])));
    }

    @ParameterizedTest
    @MethodSource("formulasAndTemperatures")
    void agreesWithItsPapersFormulaAndTheSlopeOfThat(LossFormula formula, double temperature, int tileRows) {
        double[] z = embeddings(1);
        int[] images = IntStream.range(0, PAIRS).map(i -> i % 10).toArray(); // 2 images are there twice
        LossPlan plan = new LossPlan(formula, temperature, LossPlan.NEVER);
        DenseTwin twin = new DenseTwin(plan, images, WIDTH);
        double[] slope = twin.gradient(z);

        Evaluation exact = new TiledLoss(torch, plan)
                .evaluate(scope, scope.doubles(z, 2 * PAIRS, WIDTH), ShownImages.numbered(images), tileRows);
        Evaluation evaluation = new TiledLoss(torch, plan)
                .evaluate(scope, scope.floats(floats(z), 2 * PAIRS, WIDTH), ShownImages.numbered(images), tileRows);

        assertThat(exact.value()).isCloseTo(twin.loss(z), within(1e-12));
        assertThat(relativeDistance(exact.gradient().doubles(), slope)).isLessThan(1e-6);
        assertThat(evaluation.value()).isCloseTo(twin.loss(z), within(1e-6));
        assertThat(relativeDistance(doubles(evaluation.gradient()), slope)).isLessThan(1e-5);
        assertThat(evaluation.leftOut()).isEqualTo(twin.leftOut(z));
    }

    @ParameterizedTest
    @MethodSource("formulas")
    void leavesOutNearDuplicatesWhenAsked(LossFormula formula) {
        double[] z = embeddings(1);
        for (int d = 0; d < WIDTH; d++) {
            z[9 * WIDTH + d] = (float) (1.01 * z[3 * WIDTH + d] + 0.01); // views of images 3 and 9 are nearly one
        }
        int[] images = IntStream.range(0, PAIRS).toArray();
        LossPlan plan = new LossPlan(formula, 0.2, 0.6);
        DenseTwin twin = new DenseTwin(plan, images, WIDTH);

        Evaluation evaluation = new TiledLoss(torch, plan)
                .evaluate(scope, scope.floats(floats(z), 2 * PAIRS, WIDTH), ShownImages.numbered(images), 11);

        assertThat(evaluation.value()).isCloseTo(twin.loss(z), within(1e-6));
        assertThat(relativeDistance(doubles(evaluation.gradient()), twin.gradient(z)))
                .isLessThan(1e-5);
        assertThat(evaluation.leftOut()).isEqualTo(twin.leftOut(z)).isGreaterThan(2);
    }

    @ParameterizedTest
    @MethodSource("formulas")
    void leavesOutPicturesThatAreAlikeWhenAsked(LossFormula formula) {
        double[] z = embeddings(1);
        int[] images = IntStream.range(0, PAIRS).map(i -> i % 10).toArray();
        long[] hashes = new Random(8).longs(PAIRS).toArray();
        hashes[4] = hashes[1] ^ 0x8000_0000_0000_0401L;
        hashes[7] = hashes[4] ^ 0b10100L; // near 4, which is near 1, but 1 and 7 differ in 5 bits
        hashes[2] = hashes[8];
        hashes[3] = PictureHash.PLAIN; // the same as that of 5, and neither says anything
        hashes[5] = PictureHash.PLAIN;
        for (int bits : new int[] {0, 3, 31}) {
            LossPlan plan = new LossPlan(formula, 0.2, 0.6, SameImage.MASKED, bits);
            DenseTwin twin = new DenseTwin(plan, images, hashes, WIDTH);
            ShownImages shown = ShownImages.numbered(images).hashed(hashes);

            Evaluation evaluation =
                    new TiledLoss(torch, plan).evaluate(scope, scope.floats(floats(z), 2 * PAIRS, WIDTH), shown, 7);

            assertThat(evaluation.value()).isCloseTo(twin.loss(z), within(1e-6));
            assertThat(relativeDistance(doubles(evaluation.gradient()), twin.gradient(z)))
                    .isLessThan(1e-5);
            assertThat(evaluation.leftOut()).isEqualTo(twin.leftOut(z));
        }
    }

    @Test
    void everyPairOfAlikePicturesIsEightPairsOfViewsThatAreLeftOut() {
        long[] hashes = new Random(8).longs(PAIRS).toArray();
        hashes[4] = hashes[1] ^ 0b111;
        int[] images = IntStream.range(0, PAIRS).toArray();
        Tensor z = scope.doubles(embeddings(1), 2 * PAIRS, WIDTH);

        assertThat(leftOut(z, images, hashes, 3)).isEqualTo(8);
        assertThat(leftOut(z, images, hashes, 2)).isZero();
        assertThat(leftOut(z, images, new long[PAIRS], 31)).as("all too plain").isZero();
    }

    private long leftOut(Tensor z, int[] images, long[] hashes, int bits) {
        LossPlan plan = new LossPlan(new NtXent(), 0.2, LossPlan.NEVER, SameImage.MASKED, bits);
        return new TiledLoss(torch, plan)
                .evaluate(scope, z, ShownImages.numbered(images).hashed(hashes))
                .leftOut();
    }

    @Test
    void aDebiasedSumOfNegativesNeverFallsBelowItsLeast() {
        double[] z = embeddings(0.3);
        int[] images = IntStream.range(0, PAIRS).toArray();
        LossPlan plan = new LossPlan(new Debiased(0.9), 0.5, LossPlan.NEVER); // takes out more than there is
        DenseTwin twin = new DenseTwin(plan, images, WIDTH);

        Evaluation evaluation = new TiledLoss(torch, plan)
                .evaluate(scope, scope.doubles(z, 2 * PAIRS, WIDTH), ShownImages.numbered(images), 2 * PAIRS);

        assertThat(evaluation.value()).isCloseTo(twin.loss(z), within(1e-12));
        assertThat(relativeDistance(evaluation.gradient().doubles(), twin.gradient(z)))
                .isLessThan(1e-6);
    }

    @Test
    void theLossesMeetWhereTheirParametersAreNothing() {
        Tensor z = scope.doubles(embeddings(1), 2 * PAIRS, WIDTH);
        int[] images = IntStream.range(0, PAIRS).toArray();

        List<Double> values = Stream.of(new NtXent(), new Debiased(0), new HardNegative(0, 0))
                .map(formula -> new TiledLoss(torch, new LossPlan(formula, 0.2, LossPlan.NEVER))
                        .evaluate(scope, z, ShownImages.numbered(images))
                        .value())
                .toList();

        assertThat(values.get(1)).isCloseTo(values.get(0), within(1e-12));
        assertThat(values.get(2)).isCloseTo(values.get(0), within(1e-12));
    }

    @Test
    void keepsItsPrecisionWhenTheLossIsNearlyNothing() {
        double[] z = new double[2 * PAIRS * WIDTH];
        Random random = new Random(3);
        for (int i = 0; i < PAIRS * WIDTH; i++) {
            z[i] = (float) (random.nextGaussian() * 0.2 + (i % WIDTH == i / WIDTH % WIDTH ? 5 : 0));
            z[PAIRS * WIDTH + i] = (float) (z[i] + 0.001 * random.nextGaussian());
        }
        int[] images = IntStream.range(0, PAIRS).map(i -> i % WIDTH).toArray();
        LossPlan plan = LossPlan.ntXent(0.05);
        DenseTwin twin = new DenseTwin(plan, images, WIDTH);

        Evaluation evaluation = new TiledLoss(torch, plan)
                .evaluate(scope, scope.floats(floats(z), 2 * PAIRS, WIDTH), ShownImages.numbered(images), 2 * PAIRS);

        assertThat(twin.loss(z)).isLessThan(1e-4);
        assertThat(evaluation.value() / twin.loss(z)).isCloseTo(1, within(1e-4));
        assertThat(relativeDistance(doubles(evaluation.gradient()), twin.gradient(z)))
                .isLessThan(1e-4);
    }

    @Test
    void theSizeOfEmbeddingsTurnsNothingButTheGradientsOwnSize() {
        double[] z = embeddings(1);
        int[] images = IntStream.range(0, PAIRS).toArray();
        TiledLoss loss = new TiledLoss(torch, LossPlan.ntXent(0.1));
        double[] large = Arrays.stream(z).map(value -> 1e3 * value).toArray();

        Evaluation plain =
                loss.evaluate(scope, scope.floats(floats(z), 2 * PAIRS, WIDTH), ShownImages.numbered(images));
        Evaluation scaled =
                loss.evaluate(scope, scope.floats(floats(large), 2 * PAIRS, WIDTH), ShownImages.numbered(images));

        double[] back =
                Arrays.stream(doubles(scaled.gradient())).map(g -> 1e3 * g).toArray();
        assertThat(scaled.value()).isCloseTo(plain.value(), within(1e-6));
        assertThat(relativeDistance(back, doubles(plain.gradient()))).isLessThan(1e-5);
    }

    @Test
    void anEmbeddingOfNothingHasAFiniteLossAndGradient() {
        float[] z = floats(embeddings(1));
        Arrays.fill(z, 0, WIDTH, 0);

        Evaluation evaluation = new TiledLoss(torch, LossPlan.ntXent(0.1))
                .evaluate(
                        scope,
                        scope.floats(z, 2 * PAIRS, WIDTH),
                        ShownImages.numbered(IntStream.range(0, PAIRS).toArray()));

        assertThat(evaluation.value()).isFinite();
        assertThat(doubles(evaluation.gradient())).doesNotContain(Double.NaN, Double.POSITIVE_INFINITY);
    }

    @Test
    void isTheLogOfTheOtherViewsWhenAllLookAlike() {
        float[] z = new float[8 * WIDTH];
        Arrays.fill(z, 1);

        Evaluation evaluation = new TiledLoss(torch, LossPlan.ntXent(0.5))
                .evaluate(scope, scope.floats(z, 8, WIDTH), ShownImages.numbered(new int[] {0, 1, 2, 3}));

        assertThat(evaluation.value()).isCloseTo(Math.log(7), within(1e-6)); // 8 views, one of them itself
    }

    @ParameterizedTest
    @MethodSource("formulas")
    void viewsOfTheSameImageDoNotPushEachOtherAway(LossFormula formula) {
        LossPlan plan = new LossPlan(formula, 0.1, LossPlan.NEVER);

        Evaluation evaluation = new TiledLoss(torch, plan)
                .evaluate(
                        scope,
                        scope.floats(floats(embeddings(1)), 2 * PAIRS, WIDTH),
                        ShownImages.numbered(new int[PAIRS]));

        assertThat(evaluation.value()).isZero();
        assertThat(evaluation.gradient().floats()).containsOnly(0f);
        assertThat(evaluation.leftOut()).isZero();
    }

    @Test
    void anImageThatIsDeliveredTwiceLeavesTheLossOfTheOthersAsItIs() {
        double[] z = embeddings(1);
        double[] twice = new double[z.length + 2 * WIDTH];
        System.arraycopy(z, 0, twice, 0, PAIRS * WIDTH);
        System.arraycopy(z, 0, twice, PAIRS * WIDTH, WIDTH); // the first pair once more
        System.arraycopy(z, PAIRS * WIDTH, twice, (PAIRS + 1) * WIDTH, PAIRS * WIDTH);
        System.arraycopy(z, PAIRS * WIDTH, twice, (2 * PAIRS + 1) * WIDTH, WIDTH);
        int[] images = IntStream.rangeClosed(0, PAIRS).map(i -> i % PAIRS).toArray();
        DenseTwin apart = new DenseTwin(
                LossPlan.ntXent(0.1), IntStream.rangeClosed(0, PAIRS).toArray(), WIDTH);
        TiledLoss loss = new TiledLoss(torch, LossPlan.ntXent(0.1));

        double masked = loss.evaluate(scope, scope.doubles(twice, 2 * PAIRS + 2, WIDTH), ShownImages.numbered(images))
                .value();

        // held against itself, an image that came twice has two negatives as near as its positive
        assertThat(apart.loss(twice) - masked).isGreaterThan(0.05);
        assertThat(masked).isCloseTo(new DenseTwin(LossPlan.ntXent(0.1), images, WIDTH).loss(twice), within(1e-12));
    }

    @Test
    void aTemperatureOfZeroIsNone() {
        assertThatThrownBy(() -> LossPlan.ntXent(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The temperature is 0.0, but it must be above 0 and at most 100; 0.1 to 0.5 is usual");
    }

    /** As 32-bit floats hold them, so that both precisions see the same numbers. */
    private static double[] embeddings(double spread) {
        Random random = new Random(7);
        double[] z = new double[2 * PAIRS * WIDTH];
        for (int i = 0; i < PAIRS * WIDTH; i++) {
            z[i] = (float) (random.nextGaussian() * spread);
            z[PAIRS * WIDTH + i] = (float) (z[i] + 0.5 * spread * random.nextGaussian());
        }
        return z;
    }

    private static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    private static double[] doubles(Tensor tensor) {
        float[] floats = tensor.floats();
        return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
    }

    private static double relativeDistance(double[] actual, double[] expected) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += (actual[i] - expected[i]) * (actual[i] - expected[i]);
            size += expected[i] * expected[i];
        }
        return Math.sqrt(difference / size);
    }
}
