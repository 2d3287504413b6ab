package io.streamclr.trainer.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.trainer.encoder.ClassifierFiles.Layer;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.python.DebianPython;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.weights.GivenEncoder;
import io.streamclr.trainer.weights.GivenWeights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A classifier's files in the hands of those they are for. */
class ClassifierFilesTest {

    private static final int IMAGES = 6;
    private static final int SIDE = 16;

    /** Folders are called what people like, and none of it is code. */
    private static final List<String> CLASSES = List.of("cat", "torch.float32", "a \"b\\n\"\n], 1", "Größe 大", "");

    private static final NetworkPlan PLAN = new NetworkPlan(
                    18, 1.0 / 16, Stem.SMALL2, HeadPlan.NONE, false, Normalisation.IMAGENET, Precision.FLOAT32)
            .withStages(2);

    private final byte[] pixels = new byte[IMAGES * SIDE * SIDE * 3];
    private final float[] weight = new float[CLASSES.size() * PLAN.features()];
    private final float[] bias = new float[CLASSES.size()];
    private final Architecture architecture = Architecture.of(PLAN);
    private Map<String, float[]> values;
    /** (IMAGES, classes), what our own network and a plain matrix product make of the images. */
    private float[] expected;

    @TempDir
    private Path folder;

    @BeforeEach
    void writeOne() throws IOException {
        Random random = new Random(5);
        random.nextBytes(pixels);
        fill(weight, random);
        fill(bias, random);
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Network network = Network.of(torch, architecture, architecture.initialValues(2))) {
            ByteBuffer direct =
                    ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
            network.embed(scope, scope.bytes(direct, IMAGES, SIDE, SIDE, 3), 0.5);
            expected = scores(network.encode(scope, scope.bytes(direct, IMAGES, SIDE, SIDE, 3))
                    .floats());
            values = network.values();
        }
        write();
    }

    private static void fill(float[] values, Random random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
    }

    private float[] scores(float[] features) {
        int width = PLAN.features();
        float[] scores = new float[IMAGES * CLASSES.size()];
        for (int i = 0; i < scores.length; i++) {
            int image = i / CLASSES.size();
            int label = i % CLASSES.size();
            double sum = bias[label];
            for (int f = 0; f < width; f++) {
                sum += (double) features[image * width + f] * weight[label * width + f];
            }
            scores[i] = (float) sum;
        }
        return scores;
    }

    private void write() throws IOException {
        ClassifierFiles.write(
                folder,
                architecture,
                values,
                new Layer(CLASSES, weight, bias),
                new Origin("run", 10, 1, "00ff", "cifar,size=16", SIDE, SIDE),
                new ObjectMapper().createObjectNode().put("more", 1));
    }

    @Test
    void djlsOwnCriteriaAndPredictorGiveTheScoresOfFloatsAndOfBytes() throws Exception {
        Criteria<NDList, NDList> criteria = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(folder.resolve(ClassifierFiles.TORCHSCRIPT))
                .optEngine("PyTorch")
                .build();

        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = NDManager.newBaseManager()) {
            NDArray bytes = manager.create(
                    ByteBuffer.wrap(pixels), new Shape(IMAGES, SIDE, SIDE, 3), ai.djl.ndarray.types.DataType.UINT8);
            NDArray images = bytes.toType(ai.djl.ndarray.types.DataType.FLOAT32, true)
                    .div(255)
                    .transpose(0, 3, 1, 2);
            NDArray classify = manager.create(0f);
            classify.setName("module_method:classify");

            requireAlike(predictor.predict(new NDList(images)).get(0).toFloatArray());
            requireAlike(predictor.predict(new NDList(bytes, classify)).get(0).toFloatArray());
        }
    }

    private void requireAlike(float[] actual) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-4f * Math.max(1, Math.abs(expected[i]))));
        }
    }

    @Test
    void pythonsTorchGivesTheSameScoresAndTheNamesOfTheClasses() throws Exception {
        DebianPython python = new DebianPython(folder);
        python.require("python3-torch", "torch");
        Files.write(folder.resolve("images.bin"), pixels);
        Path script = Path.of(getClass().getResource("/python/classify.py").toURI());

        int code = python.run(script.toString(), folder.toString(), Integer.toString(IMAGES), Integer.toString(SIDE));

        assertThat(code).as(python::said).isZero();
        List<String> names = new ArrayList<>();
        JsonNode said = new ObjectMapper().readTree(String.join("", python.lines()));
        said.path("names").forEach(name -> names.add(name.asText()));
        assertThat(names).isEqualTo(CLASSES);
        float[] scores = new float[said.path("scores").size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) said.path("scores").path(i).asDouble();
        }
        requireAlike(scores);
    }

    @Test
    void theDescriptionSaysClassesAndWhatTheNetworkIs() throws IOException {
        JsonNode description = new ObjectMapper()
                .readTree(folder.resolve(ClassifierFiles.DESCRIPTION).toFile());

        List<String> names = new ArrayList<>();
        description.path("classes").forEach(name -> names.add(name.asText()));
        assertThat(names).isEqualTo(CLASSES);
        assertThat(description.path("architecture").asText()).isEqualTo("resnet18");
        assertThat(description.path("more").asInt()).isEqualTo(1);
        assertThat(EncoderFiles.originOf(folder.resolve(ClassifierFiles.TORCHSCRIPT))
                        .orElseThrow()
                        .step())
                .isEqualTo(10);
    }

    @Test
    void aRunMayStartFromItsBackbone() {
        GivenEncoder given =
                GivenWeights.read(folder.resolve(ClassifierFiles.TORCHSCRIPT)).encoder();

        assertThat(((ResNet) given.backbone()).stem())
                .as("which the tensors alone do not say")
                .isEqualTo(Stem.SMALL2);
        assertThat(given.openStem()).isFalse();
        assertThat(given.pixels()).contains(Normalisation.IMAGENET);
        assertThat(given.values().get("conv1.weight")).isEqualTo(values.get("conv1.weight"));
        assertThat(given.leftOut()).containsExactly("fc.bias", "fc.weight");
    }

    @Test
    void nothingIsWrittenOver() throws IOException {
        byte[] before = Files.readAllBytes(folder.resolve(ClassifierFiles.TORCHSCRIPT));
        bias[0]++;

        assertThatThrownBy(this::write).isInstanceOf(FileAlreadyExistsException.class);

        assertThat(Files.readAllBytes(folder.resolve(ClassifierFiles.TORCHSCRIPT)))
                .isEqualTo(before);
    }
}
