package io.streamclr.trainer.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.weights.GivenEncoder;
import io.streamclr.trainer.weights.GivenWeights;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncoderFilesTest {

    private static final Origin ORIGIN = new Origin("run-1", 1200, 5, "00ff00ff00ff00ff", "grey,flip.p=0", 28, 28);
    private static final int SIDE = 20;
    private static final int IMAGES = 3;

    @ParameterizedTest
    @CsvSource({"18, SMALL2, NONE", "50, IMAGENET, IMAGENET"})
    void theShippedEncoderGivesWhatTheTrainedNetworkGives(
            int depth, Stem stem, Normalisation pixels, @TempDir Path folder) throws Exception {
        Architecture architecture = architecture(depth, stem, pixels);
        Map<String, float[]> values = moved(architecture);
        EncoderFiles.write(folder, architecture, values, ORIGIN);
        byte[] bytes = new byte[IMAGES * SIDE * SIDE * 3];
        new Random(4).nextBytes(bytes);
        ByteBuffer direct = ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Network network = Network.of(torch, architecture, values);
                Script shipped = torch.load(folder.resolve(EncoderFiles.TORCHSCRIPT))) {
            float[] trained = network.encode(scope, scope.bytes(direct, IMAGES, SIDE, SIDE, 3))
                    .floats();

            float[] embedded = shipped.one(scope, "embed", scope.bytes(direct, IMAGES, SIDE, SIDE, 3))
                    .floats();
            float[] forward = shipped.one(scope, "forward", scope.floats(planes(bytes), IMAGES, 3, SIDE, SIDE))
                    .floats();

            assertThat(embedded).containsExactly(trained).doesNotContain(Float.NaN);
            assertThat(forward).hasSameSizeAs(trained);
            for (int i = 0; i < forward.length; i++) {
                assertThat(forward[i]).isCloseTo(trained[i], within(1e-5f * Math.max(1, Math.abs(trained[i]))));
            }
        }
    }

    @Test
    void safetensorsHoldTheEncoderUnderTorchvisionsNamesAndSayWhatItIs(@TempDir Path folder) throws Exception {
        Architecture architecture = architecture(18, Stem.SMALL, Normalisation.NONE);
        Map<String, float[]> values = moved(architecture);

        EncoderFiles.write(folder, architecture, values, ORIGIN);

        Safetensors read = Safetensors.read(folder.resolve(EncoderFiles.SAFETENSORS));
        assertThat(read.floats().get("layer2.0.downsample.0.weight").shape()).containsExactly(8, 4, 1, 1);
        assertThat(read.floats().get("layer2.0.downsample.0.weight").values())
                .containsExactly(values.get("layer2.0.downsample.0.weight"));
        assertThat(read.floats().keySet()).noneMatch(name -> name.startsWith("head."));
        assertThat(read.counters()).containsEntry("bn1.num_batches_tracked", 1200L);
        assertThat(read.metadata())
                .containsEntry("architecture", "resnet18")
                .containsEntry("recipe", "00ff00ff00ff00ff")
                .containsEntry("recipe_text", "grey,flip.p=0")
                .containsEntry("run", "run-1")
                .containsEntry("step", "1200")
                .containsEntry("mean", "[0.0, 0.0, 0.0]")
                .containsEntry("std", "[1.0, 1.0, 1.0]");
    }

    @Test
    void theDescriptionSaysWhatTheEncoderIsAndHowItWasMade(@TempDir Path folder) throws Exception {
        Architecture architecture = architecture(50, Stem.IMAGENET, Normalisation.IMAGENET);

        EncoderFiles.write(folder, architecture, architecture.initialValues(1), ORIGIN);

        JsonNode description = new ObjectMapper()
                .readTree(folder.resolve(EncoderFiles.DESCRIPTION).toFile());
        assertThat(description.path("architecture").asText()).isEqualTo("resnet50");
        assertThat(description.path("features").asInt()).isEqualTo(128);
        assertThat(description.path("embedding").asInt()).isEqualTo(128);
        assertThat(description.path("recipe").asText()).isEqualTo("00ff00ff00ff00ff");
        assertThat(description.path("recipe_text").asText()).isEqualTo("grey,flip.p=0");
        assertThat(description.path("step").asInt()).isEqualTo(1200);
        assertThat(EncoderFiles.origin(folder)).contains(ORIGIN);
        assertThat(description.path("input").path("mean").get(0).asDouble()).isEqualTo(0.485);
        assertThat(description.path("input").path("trained_height").asInt()).isEqualTo(28);
    }

    @ParameterizedTest
    @CsvSource({"18, SMALL2, NONE", "50, IMAGENET, IMAGENET"})
    void whoReadsTheWeightsGoesOnWithTheSameEncoder(int depth, Stem stem, Normalisation pixels, @TempDir Path folder)
            throws Exception {
        Architecture architecture = architecture(depth, stem, pixels);
        Map<String, float[]> values = moved(architecture);
        EncoderFiles.write(folder, architecture, values, ORIGIN);

        NetworkPlan plan = new NetworkPlan(depth, 1.0 / 16, stem, HeadPlan.NONE, false, pixels, Precision.FLOAT32);
        for (String file : List.of(EncoderFiles.SAFETENSORS, EncoderFiles.TORCHSCRIPT)) {
            GivenEncoder read = GivenWeights.read(folder.resolve(file)).encoder();
            assertThat(read.network(plan)).isEqualTo(plan);
            assertThat(read.values()).hasSizeGreaterThan(50).allSatisfy((name, tensor) -> assertThat(tensor)
                    .isEqualTo(values.get(name)));
        }
    }

    /** Values as training leaves them: running statistics and scales no longer as they start. */
    private static Map<String, float[]> moved(Architecture architecture) {
        Map<String, float[]> values = architecture.initialValues(2);
        Random random = new Random(6);
        values.forEach((name, tensor) -> {
            if (name.endsWith("running_var") || name.endsWith("bn1.weight")) {
                for (int i = 0; i < tensor.length; i++) {
                    tensor[i] = 0.5f + random.nextFloat();
                }
            }
        });
        return values;
    }

    private static Architecture architecture(int depth, Stem stem, Normalisation pixels) {
        return Architecture.of(
                new NetworkPlan(depth, 1.0 / 16, stem, HeadPlan.REFERENCE, false, pixels, Precision.FLOAT32));
    }

    private static float[] planes(byte[] bytes) {
        float[] planes = new float[bytes.length];
        int area = SIDE * SIDE;
        for (int i = 0; i < bytes.length; i++) {
            int image = i / (3 * area);
            planes[image * 3 * area + i % 3 * area + i / 3 % area] = (bytes[i] & 0xff) / 255f;
        }
        return planes;
    }
}
