package io.streamclr.trainer.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.torch.Convolution;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConvolutionsTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {10, 18, 34, 50, 101, 152})
    void everyConvolutionOfANetworkIsNamed(int depth) {
        for (Stem stem : Stem.values()) {
            NetworkPlan plan = plan(depth, stem);

            List<String> weights = Architecture.of(plan).slots().stream()
                    .filter(slot -> slot.shape().length == 4)
                    .map(slot -> slot.shape()[1] + " " + slot.shape()[0] + " " + slot.shape()[2])
                    .distinct()
                    .toList();

            assertThat(Convolutions.of(plan, Precision.FLOAT32, 32, 32, 4))
                    .extracting(each -> each.inputs() + " " + each.outputs() + " " + each.kernel())
                    .containsAll(weights)
                    .allMatch(weights::contains);
        }
    }

    @Test
    void sidesAreThoseOfTheMaps() {
        assertThat(Convolutions.of(plan(18, Stem.SMALL), Precision.BFLOAT16, 30, 17, 6))
                .contains(
                        new Convolution(3, 32, 3, 1, 30, 17, 6, 15),
                        new Convolution(32, 64, 1, 2, 30, 17, 6, 15),
                        new Convolution(128, 256, 3, 2, 8, 5, 6, 15),
                        new Convolution(256, 256, 3, 1, 4, 3, 6, 15))
                .hasSize(11);
        assertThat(Convolutions.of(plan(50, Stem.IMAGENET), Precision.FLOAT32, 224, 224, 2))
                .contains(
                        new Convolution(3, 32, 7, 2, 224, 224, 2, 6),
                        new Convolution(32, 32, 1, 1, 56, 56, 2, 6),
                        new Convolution(256, 256, 3, 2, 14, 14, 2, 6),
                        new Convolution(256, 1024, 1, 1, 7, 7, 2, 6));
    }

    @Test
    void thoseOfPatchesAndOfSingleChannelsAreTriedToo() {
        HeadPlan head = new HeadPlan(2, 0, 16, 0);
        NetworkPlan convnext = plan(18, Stem.SMALL).with(new ConvNext(List.of(1, 1, 2, 1), 16, Stem.IMAGENET));
        NetworkPlan vit = new NetworkPlan(
                new VisionTransformer(2, 64, 4, 32, false), head, Norm.GROUP, Normalisation.NONE, Precision.FLOAT32);

        assertThat(Convolutions.of(convnext, Precision.FLOAT32, 70, 64, 4))
                .containsExactly(
                        new Convolution(3, 16, 4, 4, 70, 64, 4, 6, 0, 1),
                        new Convolution(16, 16, 7, 1, 17, 16, 4, 6, 3, 16),
                        new Convolution(16, 32, 2, 2, 17, 16, 4, 6, 0, 1),
                        new Convolution(32, 32, 7, 1, 8, 8, 4, 6, 3, 32),
                        new Convolution(32, 64, 2, 2, 8, 8, 4, 6, 0, 1),
                        new Convolution(64, 64, 7, 1, 4, 4, 4, 6, 3, 64),
                        new Convolution(64, 128, 2, 2, 4, 4, 4, 6, 0, 1),
                        new Convolution(128, 128, 7, 1, 2, 2, 4, 6, 3, 128));
        assertThat(Convolutions.of(vit, Precision.BFLOAT16, 32, 32, 4))
                .containsExactly(new Convolution(3, 64, 4, 4, 32, 32, 4, 15, 0, 1));
    }

    @Test
    void narrowNetworksAreTriedWithWhatTellsOfFaultyMachinesAndOthersAreNot() {
        List<Convolution> telling =
                List.of(new Convolution(256, 512, 1, 2, 8, 8, 32, 6), new Convolution(1024, 256, 1, 1, 4, 4, 32, 6));

        for (Precision precision : Precision.values()) {
            assertThat(Convolutions.tried(List.of(width(0.125)), precision, 32, 32, 4))
                    .containsAll(Convolutions.of(width(0.125), precision, 32, 32, 4))
                    .startsWith(telling.toArray(Convolution[]::new));
            assertThat(Convolutions.tried(List.of(width(0.25), width(0.0625)), precision, 32, 32, 4))
                    .containsAll(telling);
            assertThat(Convolutions.tried(List.of(width(0.25)), precision, 32, 32, 4))
                    .isEqualTo(Convolutions.of(width(0.25), precision, 32, 32, 4))
                    .doesNotContainAnyElementsOf(telling);
        }
    }

    @Test
    void batchesOfMostSizesShareATrial() {
        assertThat(IntStream.of(1, 2, 63, 64).map(Convolutions::rounded)).containsOnly(64);
        assertThat(IntStream.of(65, 100, 128).map(Convolutions::rounded)).containsOnly(128);
        assertThat(Convolutions.rounded(1025)).isEqualTo(2048);
    }

    @Test
    void featuresAndGradientsOfTheFallBacksAreThoseOfTheFastWay() throws Exception {
        List<float[]> fast = oneStep(Map.of());

        List<float[]> narrower = oneStep(Map.of("STREAMCLR_CONVOLUTIONS", "avx2"));
        List<float[]> off = oneStep(Map.of("STREAMCLR_CONVOLUTIONS", "off"));

        assertThat(apart(narrower, fast)).allMatch(apart -> apart < 2e-3);
        assertThat(apart(off, fast)).allMatch(apart -> apart < 2e-3);
        // Equal to the bit they would not be two ways.
        assertThat(apart(off, narrower)).anyMatch(apart -> apart > 0);
        assertThat(apart(oneStep(Map.of(), "off"), off)).as("preferred").allMatch(apart -> apart == 0);
    }

    private List<float[]> oneStep(Map<String, String> environment, String... preferred)
            throws IOException, InterruptedException {
        Path values = folder.resolve("values");
        Path log = folder.resolve("log");
        ProcessBuilder child = new ProcessBuilder(new ArrayList<>(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OneStep.class.getName(),
                        values.toString())))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        child.command().addAll(List.of(preferred));
        child.environment().putAll(environment);
        int status = child.start().waitFor();
        String said = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(status).as(said).isZero();
        assertThat(said).doesNotContain("NNPACK");
        List<float[]> tensors = new ArrayList<>();
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(values)))) {
            int count = in.readInt();
            for (int i = 0; i < count; i++) {
                float[] tensor = new float[in.readInt()];
                for (int j = 0; j < tensor.length; j++) {
                    tensor[j] = in.readFloat();
                }
                tensors.add(tensor);
            }
        }
        return tensors;
    }

    private static List<Double> apart(List<float[]> some, List<float[]> others) {
        assertThat(some).hasSameSizeAs(others);
        return IntStream.range(0, some.size())
                .mapToObj(i -> apart(some.get(i), others.get(i)))
                .toList();
    }

    /** The distance of two tensors, relative to the length of the second. */
    private static double apart(float[] one, float[] other) {
        assertThat(one).hasSameSizeAs(other);
        double apart = 0;
        double length = 1e-12;
        for (int i = 0; i < one.length; i++) {
            apart += ((double) one[i] - other[i]) * ((double) one[i] - other[i]);
            length += (double) other[i] * other[i];
        }
        return Math.sqrt(apart / length);
    }

    private static NetworkPlan width(double width) {
        return plan(18, width, Stem.SMALL);
    }

    private static NetworkPlan plan(int depth, Stem stem) {
        return plan(depth, 0.5, stem);
    }

    private static NetworkPlan plan(int depth, double width, Stem stem) {
        return new NetworkPlan(
                depth, width, stem, new HeadPlan(2, 0, 16, 0), false, Normalisation.NONE, Precision.FLOAT32);
    }
}
