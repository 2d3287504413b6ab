package io.streamclr.trainer.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.python.DebianPython;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The encoder's files in the hands of those they are for. */
class EncoderElsewhereTest {

    private static final int IMAGES = 16;
    private static final int SIDE = 64;

    private final byte[] pixels = new byte[IMAGES * SIDE * SIDE * 3];
    /** What the network's head makes of the features. */
    private float[] embeddings;

    @TempDir
    private Path folder;

    private DebianPython python;

    @BeforeEach
    void findPython() {
        python = new DebianPython(folder);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void djlsOwnCriteriaAndPredictorRunIt(boolean whitened) throws Exception {
        float[] expected =
                ship(plan(new ResNet(18, 1.0 / 16, 1, Stem.IMAGENET, 1, false), Norm.BATCH, Normalisation.NONE)
                        .whitened(whitened));
        Criteria<NDList, NDList> criteria = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(folder.resolve(EncoderFiles.TORCHSCRIPT))
                .optEngine("PyTorch")
                .build();

        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor();
                NDManager manager = NDManager.newBaseManager()) {
            NDArray images = manager.create(planes(), new Shape(IMAGES, 3, SIDE, SIDE));

            NDArray features = predictor.predict(new NDList(images)).get(0);
            NDArray project = manager.create(0f);
            project.setName("module_method:project");
            NDArray projected = predictor.predict(new NDList(features, project)).get(0);

            requireAlike(features.toFloatArray(), expected);
            requireAlike(projected.toFloatArray(), embeddings);
        }
    }

    @ParameterizedTest
    @CsvSource({"BATCH, 1, false", "GROUP, 1, false", "BATCH, 2, false", "BATCH, 2, true"})
    void pythonsTorchAndTorchvisionGiveTheSameFeatures(Norm norm, int stages, boolean whitened) throws Exception {
        python.require("python3-torchvision", "torch", "torchvision");
        ResNet backbone = new ResNet(18, 1, 1, Stem.IMAGENET, stages, false);
        float[] expected = ship(plan(backbone, norm, Normalisation.IMAGENET).whitened(whitened));
        Files.write(folder.resolve("images.bin"), pixels);
        Path script = Path.of(getClass().getResource("/python/features.py").toURI());

        int code = python.run(script.toString(), folder.toString(), Integer.toString(IMAGES), Integer.toString(SIDE));

        assertThat(code).as(python::said).isZero();
        requireAlike(floats("jit.bin"), expected);
        requireAlike(floats("torchvision.bin"), expected);
        requireAlike(floats("projected.bin"), embeddings);
    }

    @Test
    void pythonTrainsItOnAndSavesIt() throws Exception {
        python.require("python3-torch", "torch");
        ship(plan(new ResNet(18, 1.0 / 8, 1, Stem.SMALL2, 2, false), Norm.BATCH, Normalisation.NONE));
        Path script = Path.of(getClass().getResource("/python/fine_tune.py").toURI());

        int code = python.run(script.toString(), folder.toString(), Integer.toString(SIDE / 4));

        assertThat(code).as(python::said).isZero();
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Script tuned = torch.load(folder.resolve("tuned.pt"))) {
            assertThat(tuned.one(scope, "embed", scope.bytes(direct(), IMAGES, SIDE, SIDE, 3))
                            .shape())
                    .as("what Python saved is an encoder here too")
                    .containsExactly(IMAGES, 96);
        }
    }

    private static NetworkPlan plan(ResNet backbone, Norm norm, Normalisation normalisation) {
        return new NetworkPlan(backbone, HeadPlan.REFERENCE, norm, normalisation, Precision.FLOAT32);
    }

    /** Writes an encoder whose statistics have moved, and gives what our own network makes of the images. */
    private float[] ship(NetworkPlan plan) throws IOException {
        Architecture architecture = Architecture.of(plan);
        new Random(3).nextBytes(pixels);
        ByteBuffer direct = direct();
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Network network = Network.of(torch, architecture, architecture.initialValues(1))) {
            network.embed(scope, scope.bytes(direct, IMAGES, SIDE, SIDE, 3), 0.5);
            Map<String, float[]> values = network.values();
            EncoderFiles.write(folder, architecture, values, new Origin("run", 10, 1, "", SIDE, SIDE));
            Tensor features = network.encode(scope, scope.bytes(direct, IMAGES, SIDE, SIDE, 3));
            embeddings = network.project(scope, features).floats();
            return features.floats();
        }
    }

    private ByteBuffer direct() {
        return ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
    }

    private static void requireAlike(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.length; i++) {
            assertThat(actual[i]).isCloseTo(expected[i], within(1e-5f * Math.max(1, Math.abs(expected[i]))));
        }
    }

    private float[] floats(String file) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap(Files.readAllBytes(folder.resolve(file))).order(ByteOrder.LITTLE_ENDIAN);
        float[] floats = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(floats);
        return floats;
    }

    private float[] planes() {
        float[] planes = new float[pixels.length];
        int area = SIDE * SIDE;
        for (int i = 0; i < pixels.length; i++) {
            int image = i / (3 * area);
            planes[image * 3 * area + i % 3 * area + i / 3 % area] = (pixels[i] & 0xff) / 255f;
        }
        return planes;
    }
}
