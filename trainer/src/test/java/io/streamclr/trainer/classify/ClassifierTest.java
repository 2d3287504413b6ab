package io.streamclr.trainer.classify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.classify.SoftmaxLayer.Gradients;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.optimiser.UpdateRule;
import io.streamclr.trainer.probe.Confusion;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ClassifierTest {

    private static final int SIDE = 16;
    private static final UpdateRule RULE = new UpdateRule.AdamW(0.01, 0.9, 0.999, 1e-8);

    private static Torch torch;

    @BeforeAll
    static void open() {
        torch = Torch.open(2);
    }

    @AfterAll
    static void close() {
        torch.close();
    }

    @Test
    void aNetworkLearnsFromLabelsWhatImagesItNeverSawShow() {
        List<Double> losses = new ArrayList<>();

        double accuracy = trained(plan(60, 1), losses).accuracy();

        assertThat(losses).hasSize(60);
        assertThat(losses.get(0)).isCloseTo(Math.log(3), within(1e-6));
        assertThat(losses.get(59)).isLessThan(0.5);
        assertThat(accuracy).isGreaterThan(0.9);
    }

    @Test
    void oneSeedTrainsToTheSameBitsAndAnotherOneDoesNot() {
        List<Double> first = new ArrayList<>();
        List<Double> again = new ArrayList<>();
        List<Double> other = new ArrayList<>();

        trained(plan(8, 1), first);
        trained(plan(8, 1), again);
        trained(plan(8, 2), other);

        assertThat(again).isEqualTo(first);
        assertThat(other).isNotEqualTo(first);
    }

    private static ClassifierPlan plan(int steps, long seed) {
        return new ClassifierPlan(RULE, 0.01, 32, new Budget.Steps(steps), seed);
    }

    private static Confusion trained(ClassifierPlan plan, List<Double> losses) {
        Architecture architecture = architecture(HeadPlan.NONE);
        LabelledImages test = images(60, 2);
        try (Network network = Network.of(torch, architecture, architecture.initialValues(1));
                Classifier classifier = new Classifier(torch, network, 3)) {
            classifier.train(images(90, 1), plan, (step, passed, loss) -> losses.add(loss));
            return Confusion.of(3, test.labels(), classifier.classes(test));
        }
    }

    private static Architecture architecture(HeadPlan head) {
        return Architecture.of(
                new NetworkPlan(18, 1.0 / 16, Stem.SMALL2, head, false, Normalisation.NONE, Precision.FLOAT32));
    }

    /** Stripes across, stripes down, and checks, each in noise. */
    private static LabelledImages images(int count, long seed) {
        Random random = new Random(seed);
        ByteBuffer pixels = ByteBuffer.allocateDirect(count * SIDE * SIDE * 3);
        int[] labels = new int[count];
        for (int i = 0; i < count; i++) {
            labels[i] = i % 3;
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    int stripe = labels[i] == 0 ? y / 2 : labels[i] == 1 ? x / 2 : y / 4 + x / 4;
                    byte value = (byte) (60 + 90 * (stripe % 2) + random.nextInt(80));
                    pixels.put(value).put(value).put(value);
                }
            }
        }
        return new LabelledImages(pixels.flip(), SIDE, SIDE, labels);
    }

    @Test
    void lossAndSlopesAreThoseOfTheFormula() {
        Random random = new Random(5);
        float[] weight = numbers(random, 3 * 4);
        float[] bias = numbers(random, 3);
        float[] features = numbers(random, 5 * 4);
        int[] classes = {0, 2, 1, 1, 2};

        try (SoftmaxLayer layer = new SoftmaxLayer(torch, 4, weight, bias);
                Scope scope = torch.scope()) {
            Gradients slopes = layer.evaluate(scope, scope.floats(features, 5, 4), classes);

            assertThat(slopes.loss()).isCloseTo(loss(features, weight, bias, classes), within(1e-6));
            for (int i = 0; i < features.length; i++) {
                assertThat((double) slopes.ofFeatures().floats()[i])
                        .isCloseTo(slope(features, i, () -> loss(features, weight, bias, classes)), within(1e-4));
            }
            for (int i = 0; i < weight.length; i++) {
                assertThat((double) slopes.ofLayer().get(0).floats()[i])
                        .isCloseTo(slope(weight, i, () -> loss(features, weight, bias, classes)), within(1e-4));
            }
            for (int i = 0; i < bias.length; i++) {
                assertThat((double) slopes.ofLayer().get(1).floats()[i])
                        .isCloseTo(slope(bias, i, () -> loss(features, weight, bias, classes)), within(1e-4));
            }
        }
    }

    private static float[] numbers(Random random, int count) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) random.nextGaussian();
        }
        return numbers;
    }

    private static double loss(float[] features, float[] weight, float[] bias, int[] classes) {
        double sum = 0;
        int width = features.length / classes.length;
        for (int row = 0; row < classes.length; row++) {
            double[] logits = new double[bias.length];
            for (int c = 0; c < bias.length; c++) {
                logits[c] = bias[c];
                for (int f = 0; f < width; f++) {
                    logits[c] += (double) features[row * width + f] * weight[c * width + f];
                }
            }
            double all = Arrays.stream(logits).map(Math::exp).sum();
            sum -= Math.log(Math.exp(logits[classes[row]]) / all);
        }
        return sum / classes.length;
    }

    private interface Value {
        double now();
    }

    private static double slope(float[] values, int place, Value value) {
        float before = values[place];
        values[place] = before + 0.01f;
        double above = value.now();
        float high = values[place];
        values[place] = before - 0.01f;
        double below = value.now();
        double width = high - values[place];
        values[place] = before;
        return (above - below) / width;
    }

    @Test
    void theWeightsThatItBeginsFromStayAsTheyAre() {
        Architecture architecture = architecture(HeadPlan.NONE);
        Map<String, float[]> values = architecture.initialValues(1);
        int before = digest(values);

        try (Network network = Network.of(torch, architecture, values);
                Classifier classifier = new Classifier(torch, network, 3)) {
            classifier.train(images(30, 1), plan(3, 1), (step, passed, loss) -> {});
            assertThat(digest(network.values())).isNotEqualTo(before);
        }

        assertThat(digest(values)).isEqualTo(before);
    }

    @Test
    void theFirstLayersOfAHeadLearnWithTheEncoder() {
        Architecture architecture = architecture(HeadPlan.first(2, 8));
        Map<String, float[]> values = architecture.initialValues(1);
        LabelledImages test = images(60, 2);

        try (Network network = Network.of(torch, architecture, values);
                Classifier classifier = new Classifier(torch, network, 3)) {
            classifier.train(images(90, 1), plan(60, 1), (step, passed, loss) -> {});

            Map<String, float[]> trained = network.values();
            for (String tensor : List.of("linear.weight", "bn.weight", "bn.bias", "bn.running_mean")) {
                assertThat(trained.get("head.0." + tensor)).as(tensor).isNotEqualTo(values.get("head.0." + tensor));
                assertThat(trained.get("head.1." + tensor)).as(tensor).isNotEqualTo(values.get("head.1." + tensor));
            }
            assertThat(trained.get("conv1.weight")).isNotEqualTo(values.get("conv1.weight"));
            assertThat(classifier.weight()).hasSize(3 * 8);
            assertThat(Confusion.of(3, test.labels(), classifier.classes(test)).accuracy())
                    .isGreaterThan(0.9);
        }
    }

    private static int digest(Map<String, float[]> values) {
        return values.values().stream().mapToInt(Arrays::hashCode).sum();
    }

    @Test
    void anImageIsMovedAndFlippedButKeepsItsPixels() {
        LabelledImages one = images(1, 3);
        ByteBuffer moved = ByteBuffer.allocateDirect(SIDE * SIDE * 3);
        int[] before = counts(one.pixels(0, 1));

        ShiftAndFlip.put(one, 0, new Random(4), moved);

        int[] after = counts(moved.flip());
        int margin = after[0];
        assertThat(margin).as("black pixels").isBetween(0, 3 * (SIDE * SIDE - 14 * 14));
        for (int value = 1; value < 256; value++) {
            assertThat(after[value]).isLessThanOrEqualTo(before[value]);
        }
        assertThat(Arrays.stream(after).sum()).isEqualTo(Arrays.stream(before).sum());
    }

    private static int[] counts(ByteBuffer pixels) {
        int[] counts = new int[256];
        while (pixels.hasRemaining()) {
            counts[pixels.get() & 0xff]++;
        }
        return counts;
    }

    @Test
    void theRateRisesAndFallsOverWhateverTheTrainingLasts() {
        ClassifierPlan plan = plan(1000, 1);

        assertThat(plan.rate(0)).isPositive().isLessThan(0.001);
        assertThat(plan.rate(0.05)).isEqualTo(0.01);
        assertThat(plan.rate(0.525)).isCloseTo(0.005, within(1e-9));
        assertThat(plan.rate(1)).isCloseTo(0, within(1e-9));
        assertThat(new Budget.Steps(8).passed(2, Duration.ofHours(1))).isEqualTo(0.25);
        assertThat(new Budget.Time(Duration.ofSeconds(10)).passed(999, Duration.ofSeconds(4)))
                .isEqualTo(0.4);
    }

    @Test
    void aNetworkWithAWholeHeadIsAnError() {
        Architecture architecture = architecture(HeadPlan.REFERENCE);

        try (Network network = Network.of(torch, architecture, architecture.initialValues(1))) {
            assertThatThrownBy(() -> new Classifier(torch, network, 3)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
