package io.streamclr.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.EncoderFiles;
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
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights that others saved. */
class GivenWeightsTest {

    private static final int IMAGES = 8;
    private static final int SIDE = 32;

    /** Depth, stem and form of what Python saves. */
    private static final List<String> SAVED = List.of(
            "18-imagenet-plain",
            "18-small-plain",
            "18-imagenet-moco",
            "18-imagenet-row",
            "18-imagenet-channels_last",
            "18-imagenet-half",
            "18-imagenet-whole",
            "18-imagenet-script",
            "18-imagenet-transformers",
            "50-imagenet-transformers");

    private static final String OLD = "18-imagenet-old";

    @TempDir
    private Path folder;

    @Test
    void weightsThatPythonSavedGiveItsFeatures() throws Exception {
        byte[] pixels = new byte[IMAGES * SIDE * SIDE * 3];
        new Random(5).nextBytes(pixels);
        Files.write(folder.resolve("images.bin"), pixels);
        DebianPython python = new DebianPython(folder);
        python.require("python3-torchvision", "torch", "torchvision");
        List<String> arguments = new ArrayList<>(List.of(
                Path.of(getClass().getResource("/python/weights.py").toURI()).toString(), folder.toString()));
        arguments.addAll(SAVED);
        arguments.add(OLD);

        assertThat(python.run(arguments.toArray(String[]::new)))
                .as(python::said)
                .isZero();

        for (String saved : SAVED) {
            GivenEncoder encoder =
                    GivenWeights.read(folder.resolve(saved + ".pth")).encoder();
            assertThat(resnet(encoder).depth()).as(saved).isEqualTo(Integer.parseInt(saved.substring(0, 2)));
            assertThat(resnet(encoder).width()).as(saved).isEqualTo(1);
            assertThat(!encoder.openStem()).as(saved).isEqualTo(saved.contains("imagenet"));
            requireAlike(saved, features(encoder, pixels), floats(folder.resolve(saved + ".features")));
        }
        GivenWeights plain = GivenWeights.read(folder.resolve("18-imagenet-plain.pth"));
        assertThat(plain.encoder().leftOut()).containsExactly("fc.bias", "fc.weight");
        assertThat(plain.origin().name()).isEqualTo("18-imagenet-plain.pth");
        assertThat(plain.origin().digest()).matches("[0-9a-f]{64}");
        assertThatThrownBy(() -> GivenWeights.read(folder.resolve(OLD + ".pth")))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("PyTorch before 1.6")
                .hasMessageContaining("save it again with torch.save");
    }

    private static void requireAlike(String saved, float[] features, float[] expected) {
        assertThat(features).as(saved).hasSameSizeAs(expected);
        float most = 0;
        for (float value : expected) {
            most = Math.max(most, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(features[i]).as(saved).isCloseTo(expected[i], within(most * 1e-5f));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {EncoderFiles.TORCHSCRIPT, EncoderFiles.SAFETENSORS})
    void ourOwnEncoderIsReadWithItsStemStagesAndPixels(String file) throws Exception {
        NetworkPlan plan = new NetworkPlan(
                18,
                1.0 / 16,
                Stem.SMALL2,
                2,
                HeadPlan.REFERENCE,
                Norm.BATCH,
                false,
                Normalisation.IMAGENET,
                Precision.FLOAT32);
        Map<String, float[]> values = ship(plan);

        GivenEncoder encoder = GivenWeights.read(folder.resolve(file)).encoder();

        assertThat(resnet(encoder).width()).isEqualTo(1.0 / 16);
        assertThat(resnet(encoder).stem()).isEqualTo(Stem.SMALL2);
        assertThat(encoder.openStem()).isFalse();
        assertThat(resnet(encoder).stages()).isEqualTo(2);
        assertThat(encoder.openStages()).isFalse();
        assertThat(encoder.pixels()).contains(Normalisation.IMAGENET);
        encoder.values().forEach((name, value) -> assertThat(value).as(name).isEqualTo(values.get(name)));
        assertThat(encoder.leftOut()).allMatch(name -> name.startsWith("head."));
    }

    @ParameterizedTest
    @EnumSource(Norm.class)
    void anEncoderOfOursIsReadWhateverItsLayersAreNormalisedBy(Norm norm) throws Exception {
        NetworkPlan plan = new NetworkPlan(
                        18, 1.0 / 8, Stem.SMALL, HeadPlan.REFERENCE, false, Normalisation.NONE, Precision.FLOAT32)
                .withNorm(norm);
        ship(plan);

        assertThat(GivenWeights.read(folder.resolve(EncoderFiles.SAFETENSORS))
                        .encoder()
                        .norm())
                .contains(norm);
    }

    @Test
    void aFileWithoutKnownNetworkIsRefusedWithWhatItHolds() throws Exception {
        Path file = folder.resolve("other.safetensors");
        byte[] header = "{\"layers.0.blocks.0.norm1.weight\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}"
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length + 4).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(header.length).put(header).putFloat(1);
        Files.write(file, bytes.array());

        assertThatThrownBy(() -> GivenWeights.read(file))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("it holds no ResNet")
                .hasMessageContaining("layers.0.blocks.0.norm1.weight");
    }

    @Test
    void twoEncodersInOneFileAreRefusedByTheirPrefixes() throws Exception {
        Path file = folder.resolve("two.safetensors");
        String tensor = "{\"dtype\":\"F32\",\"shape\":[0],\"data_offsets\":[0,0]}";
        byte[] header = ("{\"left.layer1.0.conv1.weight\":" + tensor + ",\"right.layer1.0.conv1.weight\":" + tensor
                        + "}")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + header.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(header.length).put(header).array());

        assertThatThrownBy(() -> GivenWeights.read(file))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("2 encoders, left.* and right.*");
    }

    private Map<String, float[]> ship(NetworkPlan plan) throws Exception {
        Architecture architecture = Architecture.of(plan);
        Map<String, float[]> values = new HashMap<>(architecture.initialValues(3));
        values.put("bn1.running_mean", new float[((ResNet) plan.backbone()).base()]);
        EncoderFiles.write(folder, architecture, values, new Origin("r", 1, 3, "", SIDE, SIDE));
        return values;
    }

    private static float[] features(GivenEncoder encoder, byte[] pixels) {
        NetworkPlan plan = new NetworkPlan(
                encoder.backbone(), HeadPlan.NONE, Norm.BATCH, Normalisation.IMAGENET, Precision.FLOAT32);
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Network network = Network.of(torch, Architecture.of(plan), encoder.values())) {
            ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length).put(pixels);
            return network.encode(scope, scope.bytes(direct.flip(), IMAGES, SIDE, SIDE, 3))
                    .floats();
        }
    }

    private static ResNet resnet(GivenEncoder encoder) {
        return (ResNet) encoder.backbone();
    }

    private static float[] floats(Path file) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
