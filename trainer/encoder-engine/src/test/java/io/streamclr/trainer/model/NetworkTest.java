package io.streamclr.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {

    private final Torch torch = Torch.open(1);
    private final Scope scope = torch.scope();

    @AfterEach
    void close() {
        torch.close();
    }

    @ParameterizedTest
    @CsvSource({"18, 11_689_512", "34, 21_797_672", "50, 25_557_032", "101, 44_549_160", "152, 60_192_808"})
    void countsAsManyParametersAsTorchvisionDoesWithItsClassifier(int depth, String torchvision) {
        NetworkPlan plan = plan(depth, 1, Stem.IMAGENET, HeadPlan.REFERENCE);

        long classifier = 1000L * plan.features() + 1000;

        assertThat(Architecture.of(plan).encoderParameters() + classifier)
                .isEqualTo(Long.parseLong(torchvision.replace("_", "")));
    }

    @Test
    void groupNormalisationHasTheSameParametersAndNoRunningStatistics() {
        Architecture batch = Architecture.of(plan(50, 1, Stem.IMAGENET, HeadPlan.REFERENCE));
        Architecture group = Architecture.of(
                new NetworkPlan(50, 1, Stem.IMAGENET, HeadPlan.REFERENCE, false, Normalisation.NONE, Precision.FLOAT32)
                        .withNorm(Norm.GROUP));

        assertThat(group.parameters()).isEqualTo(batch.parameters());
        assertThat(group.slots())
                .isEqualTo(batch.slots().stream().filter(Slot::trained).toList());
    }

    @ParameterizedTest
    @CsvSource({"1, 32", "2, 32", "0.25, 8", "0.0625, 2", "1.5, 32", "0.08, 1"})
    void everyGroupHasTheSameNumberOfChannelsAndTwoOrMore(double width, int groups) {
        assertThat(new ResNet(18, width, 1, Stem.SMALL, 1, false).groups()).isEqualTo(groups);
    }

    @ParameterizedTest
    @CsvSource({"2, 44_668_032", "4, 178_596_096"})
    void widthMultipliesEveryConvolution(int width, String encoder) {
        // of torchvision's 11,176,512, the first convolution's 9,408 and the 9,600 scales and shifts grow with the
        // width and all others with its square
        Architecture architecture = Architecture.of(plan(18, width, Stem.IMAGENET, HeadPlan.REFERENCE));

        assertThat(architecture.encoderParameters()).isEqualTo(Long.parseLong(encoder.replace("_", "")));
        assertThat(architecture.plan().features()).isEqualTo(512 * width);
    }

    @ParameterizedTest
    @CsvSource({"18, 2, 768", "18, 4, 960", "50, 2, 3072"})
    void featuresOfSeveralStagesEndWithThoseOfTheLast(int depth, int stages, int dimensions) {
        NetworkPlan last = plan(depth, 1.0 / 16, Stem.SMALL2, HeadPlan.NONE);
        NetworkPlan several = last.withStages(stages);
        Map<String, float[]> values = Architecture.of(last).initialValues(1);
        try (Network one = Network.of(torch, Architecture.of(last), values);
                Network more = Network.of(torch, Architecture.of(several), values)) {
            float[] expected = one.encode(scope, images(1, 16)).floats();
            float[] actual = more.encode(scope, images(1, 16)).floats();

            assertThat(actual).hasSize(several.features()).hasSize(dimensions / 16);
            assertThat(Arrays.copyOfRange(actual, actual.length - expected.length, actual.length))
                    .containsExactly(expected);
        }
    }

    @Test
    void anImageAloneHasTheFeaturesThatItHasAmongOthersWithGroupNormalisation() {
        Architecture architecture = Architecture.of(new NetworkPlan(
                        18, 0.125, Stem.SMALL2, new HeadPlan(2, 0, 8, 0), false, Normalisation.NONE, Precision.FLOAT32)
                .withNorm(Norm.GROUP));
        try (Network network = Network.of(torch, architecture, architecture.initialValues(1))) {
            float[] among = network.embed(scope, images(5, 16), 0.1).floats();
            float[] alone = network.embed(scope, images(1, 16), 0.1).floats();

            for (int i = 0; i < alone.length; i++) {
                assertThat(alone[i]).isCloseTo(among[i], within(1e-5f));
            }
        }
    }

    @Test
    void tensorsAreCalledAsInTorchvision() {
        List<String> names = Architecture.of(plan(50, 1, Stem.IMAGENET, HeadPlan.REFERENCE)).slots().stream()
                .map(Slot::name)
                .toList();

        assertThat(names)
                .contains(
                        "conv1.weight",
                        "bn1.running_var",
                        "layer1.0.downsample.0.weight",
                        "layer3.5.conv3.weight",
                        "layer4.2.bn3.bias",
                        "head.0.linear.weight",
                        "head.1.bn.weight")
                .doesNotContain("head.1.bn.bias", "layer1.1.downsample.0.weight");
    }

    @Test
    void theReferenceHeadIsAsWideAsTheEncoderAndEndsInAScaleWithoutShift() {
        Architecture architecture = Architecture.of(plan(18, 1, Stem.SMALL, HeadPlan.REFERENCE));

        // two layers of 512 x 512 and 128 x 512, a scale and a shift of 512, a scale of 128
        assertThat(architecture.parameters() - architecture.encoderParameters())
                .isEqualTo(512 * 512 + 2 * 512 + 128 * 512 + 128);
    }

    @ParameterizedTest
    @CsvSource({
        "18, SMALL, 2, BATCH",
        "18, SMALL2, 0, GROUP",
        "34, SMALL2, 1, BATCH",
        "50, IMAGENET, 3, BATCH",
        "50, SMALL2, 2, GROUP",
        "101, SMALL2, 2, BATCH"
    })
    void everyShapeRunsForwardAndBack(int depth, Stem stem, int layers, Norm norm) {
        HeadPlan head = new HeadPlan(layers, 0, 8, 0);
        Architecture architecture = Architecture.of(
                new NetworkPlan(depth, 1.0 / 16, stem, head, false, Normalisation.NONE, Precision.FLOAT32)
                        .withNorm(norm));
        try (Network network = Network.of(torch, architecture, architecture.initialValues(1))) {
            Tensor images = images(4, 32);

            Tensor z = network.forwardWithGraph(scope, images, 0.1);
            List<Tensor> gradients = network.backward(
                    scope, z, scope.floats(Noise.numbers(4 * architecture.plan().embedding()), z.shape()));

            assertThat(z.shape()).containsExactly(4, architecture.plan().embedding());
            assertThat(network.encode(scope, images).shape())
                    .containsExactly(4, architecture.plan().features());
            assertThat(gradients).hasSameSizeAs(network.trained());
            assertThat(gradients.get(0).floats())
                    .doesNotContain(Float.NaN)
                    .isNotEqualTo(new float[(int) gradients.get(0).size()]);
        }
    }

    /** CUDA's kernel takes numbers of one kind alone; the processor's takes others too, so here a stricter one stands in. */
    @ParameterizedTest
    @EnumSource
    void groupNormalisationIsGivenNumbersOfOneKindAndGivesBackTheKindThatItWasGiven(Precision precision) {
        Architecture architecture = Architecture.of(plan(50, 1.0 / 16, Stem.SMALL2, new HeadPlan(2, 0, 8, 0))
                .withNorm(Norm.GROUP)
                .with(precision));
        String strict = architecture.trainingMethods().replace("torch.group_norm(", "self.strict(") + """
                  def strict(self, x: Tensor, groups: int, w: Tensor, b: Optional[Tensor], e: float, c: bool) -> Tensor:
                    if x.dtype != w.dtype:
                      ops.prim.RaiseException("kinds of numbers are mixed")
                    return torch.group_norm(x, groups, w, b, e, c)
                  def all(self, y: Tensor, p: List[Tensor]) -> List[Tensor]:
                    h = self.to_features(y, p, False, 0.0)
                    return [h, self.project(h, p, False, 0.0)]
                """.indent(0);
        Map<String, float[]> values = architecture.initialValues(1);
        List<Tensor> weights = architecture.slots().stream()
                .map(slot -> scope.floats(values.get(slot.name()), slot.shape()))
                .toList();
        try (Script script = torch.compile(strict)) {
            List<Tensor> found =
                    script.call(scope, "all", scope.floats(Noise.numbers(2 * 3 * 32 * 32), 2, 3, 32, 32), weights);

            assertThat(strict).contains("self.strict(");
            assertThat(found.get(0).floats()).hasSize(2 * architecture.plan().features());
            assertThat(found.get(1).floats()).hasSize(16).doesNotContain(Float.NaN);
        }
    }

    @Test
    void runningStatisticsMoveByTheMomentumAndNotWithoutIt() {
        Architecture architecture = Architecture.of(plan(18, 1.0 / 16, Stem.SMALL2, HeadPlan.REFERENCE));
        try (Network network = Network.of(torch, architecture, architecture.initialValues(1))) {
            network.embed(scope, images(8, 16), 0);
            float[] still = network.values().get("bn1.running_mean");
            network.embed(scope, images(8, 16), 0.1);
            float[] moved = network.values().get("bn1.running_mean");

            assertThat(still).containsOnly(0f);
            assertThat(moved).doesNotContain(Float.NaN).isNotEqualTo(still);
        }
    }

    @Test
    void blocksStartAsIdentitiesWhenAsked() {
        NetworkPlan plan = new NetworkPlan(
                18, 1.0 / 16, Stem.SMALL2, HeadPlan.REFERENCE, true, Normalisation.NONE, Precision.FLOAT32);

        Map<String, float[]> values = Architecture.of(plan).initialValues(1);

        assertThat(values.get("layer1.0.bn2.weight")).containsOnly(0f);
        assertThat(values.get("layer1.0.bn1.weight")).containsOnly(1f);
    }

    @Test
    void weightsStartWithTheSpreadOfTheirPlanAndOnlyTheSeedDecides() {
        Architecture architecture = Architecture.of(plan(18, 0.25, Stem.SMALL, HeadPlan.REFERENCE));

        float[] initial = architecture.initialValues(4).get("layer4.1.conv2.weight");

        double square = 0;
        for (float value : initial) {
            square += (double) value * value;
        }
        assertThat(Math.sqrt(square / initial.length) / Math.sqrt(2.0 / (128 * 9)))
                .isBetween(0.98, 1.02);
        assertThat(architecture.initialValues(4).get("layer4.1.conv2.weight")).containsExactly(initial);
        assertThat(architecture.initialValues(5).get("layer4.1.conv2.weight")).isNotEqualTo(initial);
    }

    @ParameterizedTest
    @CsvSource({
        "BFLOAT16, BATCH, 0.03, 0.6",
        "BFLOAT16, GROUP, 0.03, 0.6",
        "FLOAT16, BATCH, 0.004, 0.25",
        "FLOAT16, GROUP, 0.004, 0.25"
    })
    void halfPrecisionAgreesWithFullToItsOwnPrecision(
            Precision precision, Norm norm, double mostOfFeatures, double mostOfGradient) {
        HeadPlan head = new HeadPlan(2, 0, 8, 0);
        Architecture full = Architecture.of(
                new NetworkPlan(18, 0.25, Stem.SMALL2, head, false, Normalisation.NONE, Precision.FLOAT32)
                        .withNorm(norm));
        Architecture half = Architecture.of(
                new NetworkPlan(18, 0.25, Stem.SMALL2, head, false, Normalisation.NONE, precision).withNorm(norm));
        Map<String, float[]> values = full.initialValues(3);
        try (Network exact = Network.of(torch, full, values);
                Network rounded = Network.of(torch, half, values)) {
            double features = relativeDistance(
                    rounded.encode(scope, images(4, 16)).floats(),
                    exact.encode(scope, images(4, 16)).floats());
            double gradient = relativeDistance(pulled(rounded, 1), pulled(exact, 1));

            assertThat(features).isBetween(1e-6, mostOfFeatures);
            // on its way through 17 layers a rounding error opens or closes some of the ReLUs
            assertThat(gradient).isBetween(1e-6, mostOfGradient);
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {1e-9f, 1e9f})
    void gradientsOfAnySizeComeThroughSixteenBits(float size) {
        Architecture architecture = Architecture.of(new NetworkPlan(
                18, 0.125, Stem.SMALL2, new HeadPlan(2, 0, 8, 0), false, Normalisation.NONE, Precision.FLOAT16));
        try (Network network = Network.of(torch, architecture, architecture.initialValues(3))) {
            float[] expected = pulled(network, 1);
            float[] scaled = pulled(network, size);

            for (int i = 0; i < scaled.length; i++) {
                scaled[i] /= size;
            }
            assertThat(relativeDistance(scaled, expected)).isLessThan(0.01);
        }
    }

    /** One of the nine weights of a convolution sees a map of one pixel, and the others only its border. */
    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void weightsThatSeeOnlyTheBorderHaveNoGradientWhateverMemoryHeldBefore(Precision precision) {
        Architecture architecture = Architecture.of(
                plan(18, 1.0 / 16, Stem.SMALL2, new HeadPlan(2, 0, 16, 0)).with(precision));
        int convolution = architecture.slots().stream()
                .filter(Slot::trained)
                .map(Slot::name)
                .toList()
                .indexOf("layer4.0.conv1.weight");
        try (Network network = Network.of(torch, architecture, architecture.initialValues(1))) {
            for (int i = 0; i < 20; i++) {
                try (Scope step = scope.inner()) {
                    Tensor z = network.forwardWithGraph(step, images(8, 8), 0);
                    leaveNoNumbersInFreeMemory();
                    List<Tensor> gradients = network.backward(step, z, step.floats(Noise.numbers(8 * 16), z.shape()));

                    float[] slopes = gradients.get(convolution).floats();
                    for (int w = 0; w < slopes.length; w++) {
                        assertThat(w % 9 == 4 ? Float.isFinite(slopes[w]) : slopes[w] == 0)
                                .as("weight %d, %s", w, slopes[w])
                                .isTrue();
                    }
                }
            }
        }
    }

    private void leaveNoNumbersInFreeMemory() {
        float[] none = new float[8192];
        Arrays.fill(none, Float.NaN);
        try (Scope filled = scope.inner()) {
            for (int size = 8; size <= none.length; size += size / 8) {
                filled.floats(Arrays.copyOf(none, size), size);
            }
        }
    }

    /** The gradient of the first convolution for a gradient of the embeddings of this size. */
    private float[] pulled(Network network, float size) {
        Tensor z = network.forwardWithGraph(scope, images(32, 32), 0);
        float[] seed = Noise.numbers((int) z.size());
        for (int i = 0; i < seed.length; i++) {
            seed[i] *= size;
        }
        return network.backward(scope, z, scope.floats(seed, z.shape())).get(0).floats();
    }

    private static double relativeDistance(float[] actual, float[] expected) {
        double difference = 0;
        double size = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += ((double) expected[i] - actual[i]) * (expected[i] - actual[i]);
            size += (double) expected[i] * expected[i];
        }
        return Math.sqrt(difference / size);
    }

    private static NetworkPlan plan(int depth, double width, Stem stem, HeadPlan head) {
        return new NetworkPlan(depth, width, stem, head, false, Normalisation.NONE, Precision.FLOAT32);
    }

    private Tensor images(int count, int side) {
        return Noise.images(scope, 2, count, side);
    }
}
