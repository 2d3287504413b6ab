package io.streamclr.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Torch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Layers of a projection head that go on being trained. */
class GivenHeadTest {

    private static final int IMAGES = 5;
    private static final int HIDDEN = 24;

    @TempDir
    private Path folder;

    private Map<String, float[]> values;

    private NetworkPlan write(Backbone backbone, HeadPlan head, Norm norm) throws IOException {
        NetworkPlan plan = new NetworkPlan(backbone, head, norm, Normalisation.NONE, Precision.FLOAT32);
        Architecture architecture = Architecture.of(plan);
        values = new LinkedHashMap<>(architecture.initialValues(3));
        Random random = new Random(6);
        // No scale is 1, no shift and no mean is 0: a layer that left one out would show.
        values.forEach((name, tensor) -> {
            for (int i = 0; name.startsWith("head.") && !name.endsWith("linear.weight") && i < tensor.length; i++) {
                boolean above0 = name.endsWith("running_var") || name.endsWith("bn.weight");
                tensor[i] = (float) (above0 ? 0.5 + random.nextDouble() : random.nextGaussian());
            }
        });
        write(architecture);
        return plan;
    }

    private void write(Architecture architecture) throws IOException {
        EncoderFiles.write(folder, architecture, values, new Origin("r", 7, 4, "", 16, 16));
    }

    private Path archive() {
        return folder.resolve(EncoderFiles.TORCHSCRIPT);
    }

    private static Backbone resnet() {
        return new ResNet(18, 1.0 / 16, 1, Stem.SMALL2, 1, false);
    }

    @ParameterizedTest
    @CsvSource({"1, BATCH, false", "2, BATCH, false", "2, GROUP, false", "1, BATCH, true", "2, GROUP, true"})
    void theyGiveWhatStandsInTheMiddleOfTheWholeHead(int layers, Norm norm, boolean vit) throws IOException {
        Backbone backbone = vit ? new VisionTransformer(1, 64, 8, 16, false) : resnet();
        NetworkPlan plan = write(backbone, new HeadPlan(3, HIDDEN, 16, 0), norm);

        NetworkPlan encoder = plan.with(HeadPlan.NONE);
        GivenHead head = GivenHead.read(archive(), encoder, layers);

        assertThat(GivenHead.layers(archive())).isEqualTo(2);
        assertThat(head.plan().norm()).isEqualTo(norm);
        assertThat(head.plan().embedding()).isEqualTo(HIDDEN);
        Map<String, float[]> network = new LinkedHashMap<>(values);
        network.keySet().removeIf(name -> name.startsWith("head."));
        network.putAll(head.values());
        float[] features = new float[IMAGES * plan.features()];
        Random random = new Random(2);
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextGaussian();
        }
        float[] given;
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Network truncated = Network.of(torch, Architecture.of(head.plan()), network)) {
            given = truncated
                    .project(scope, scope.floats(features, IMAGES, plan.features()))
                    .floats();
        }
        double[] expected = middle(features, plan.features(), layers, norm);
        assertThat(given).hasSameSizeAs(expected);
        int zeros = 0;
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) given[i]).isCloseTo(expected[i], within(1e-4 * Math.max(1, expected[i])));
            zeros += expected[i] == 0 ? 1 : 0;
        }
        assertThat(zeros).as("what ReLU holds back").isBetween(1, expected.length - 1);
    }

    /** Linear layer, normalisation and ReLU by their formulas, in double precision. */
    private double[] middle(float[] features, int width, int layers, Norm norm) {
        double[] y = new double[features.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = features[i];
        }
        int inputs = width;
        for (int layer = 0; layer < layers; layer++) {
            float[] weight = values.get("head." + layer + ".linear.weight");
            double[] outputs = new double[IMAGES * HIDDEN];
            for (int image = 0; image < IMAGES; image++) {
                double[] row = new double[HIDDEN];
                for (int out = 0; out < HIDDEN; out++) {
                    for (int in = 0; in < inputs; in++) {
                        row[out] += y[image * inputs + in] * weight[out * inputs + in];
                    }
                }
                System.arraycopy(normalised(row, "head." + layer + ".bn.", norm), 0, outputs, image * HIDDEN, HIDDEN);
            }
            y = outputs;
            inputs = HIDDEN;
        }
        return y;
    }

    private double[] normalised(double[] row, String name, Norm norm) {
        double mean = 0;
        double square = 0;
        for (double each : row) {
            mean += each / row.length;
            square += each * each / row.length;
        }
        double[] y = new double[row.length];
        for (int i = 0; i < y.length; i++) {
            double centre = norm == Norm.BATCH ? values.get(name + "running_mean")[i] : mean;
            double variance = norm == Norm.BATCH ? values.get(name + "running_var")[i] : square - mean * mean;
            double scaled = (row[i] - centre) / Math.sqrt(variance + 1e-5);
            y[i] = Math.max(0, scaled * values.get(name + "weight")[i] + values.get(name + "bias")[i]);
        }
        return y;
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "2, 1", "3, 2"})
    void allButTheLastLayerHaveAReluAfterThem(int layers, int expected) throws IOException {
        write(resnet(), layers == 0 ? HeadPlan.NONE : new HeadPlan(layers, HIDDEN, 16, 0), Norm.BATCH);

        assertThat(GivenHead.layers(archive())).isEqualTo(expected);
    }

    @Test
    void ofAHeadThatWasCutAllLayersAreThere() throws IOException {
        write(resnet(), HeadPlan.first(2, HIDDEN), Norm.BATCH);

        assertThat(GivenHead.layers(archive())).isEqualTo(2);
    }

    @Test
    void aDamagedHeadIsRefusedInASentence() throws IOException {
        NetworkPlan plan = write(resnet(), new HeadPlan(3, HIDDEN, 16, 0), Norm.BATCH);
        assertThatThrownBy(() -> GivenHead.read(archive(), plan, 3))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("its tensor head.2.linear.weight has the shape [16, 24]");
        values.get("head.1.bn.bias")[2] = Float.NaN;
        write(Architecture.of(plan));

        assertThat(GivenHead.read(archive(), plan, 1).values()).containsKey("head.0.linear.weight");
        assertThatThrownBy(() -> GivenHead.read(archive(), plan, 2))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("head.1.bn.bias holds a value that is not finite; put the file back");

        Files.writeString(archive(), "no archive");
        assertThatThrownBy(() -> GivenHead.layers(archive()))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("The projection head in " + archive() + " cannot be used: it is neither");
    }
}
