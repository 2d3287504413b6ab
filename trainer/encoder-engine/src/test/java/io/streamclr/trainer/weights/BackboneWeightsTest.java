package io.streamclr.trainer.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.ResNet;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import io.streamclr.trainer.python.DebianPython;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Torch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Weights of the families besides plain ResNets, from torchvision's classes and back. */
class BackboneWeightsTest {

    private static final int IMAGES = 4;
    private static final int SIDE = 32;

    private static final Map<String, Backbone> SAVED = new LinkedHashMap<>();

    static {
        VisionTransformer vit = new VisionTransformer(2, 128, 8, SIDE, false);
        ConvNext convnext = new ConvNext(List.of(1, 1, 2, 1), 8, Stem.IMAGENET);
        SAVED.put("wide", new ResNet(50, 1.0 / 16, 2, Stem.IMAGENET, 1, false));
        SAVED.put("late", new ResNet(10, 1.0 / 16, 1, 2, Stem.IMAGENET, 1, false));
        SAVED.put("vit", vit);
        SAVED.put("vit-moco", vit);
        SAVED.put("vit-timm", vit);
        SAVED.put("convnext", convnext);
        SAVED.put("convnext-timm", convnext);
    }

    @TempDir
    private Path folder;

    @Test
    void weightsOfTorchvisionsClassesGiveTheirFeaturesAndCounts() throws Exception {
        byte[] pixels = new byte[IMAGES * SIDE * SIDE * 3];
        new Random(5).nextBytes(pixels);
        Files.write(folder.resolve("images.bin"), pixels);
        DebianPython python = new DebianPython(folder);
        python.require("python3-torchvision", "torch", "torchvision");
        List<String> arguments = new ArrayList<>(List.of(
                Path.of(getClass().getResource("/python/backbones.py").toURI()).toString(), folder.toString()));
        arguments.addAll(SAVED.keySet());

        assertThat(python.run(arguments.toArray(String[]::new)))
                .as(python::said)
                .isZero();

        List<String> counts = new ArrayList<>();
        for (Map.Entry<String, Backbone> saved : SAVED.entrySet()) {
            String name = saved.getKey();
            GivenEncoder encoder =
                    GivenWeights.read(folder.resolve(name + ".pth")).encoder();
            NetworkPlan plan = new NetworkPlan(
                    encoder.backbone(), HeadPlan.NONE, Norm.BATCH, Normalisation.IMAGENET, Precision.FLOAT32);
            counts.add(name + " " + Architecture.of(plan).encoderParameters());
            assertThat(encoder.backbone()).as(name).isEqualTo(saved.getValue());
            float[] features = features(plan, encoder.values(), pixels);
            float[] expected = floats(folder.resolve(name + ".features"));
            assertThat(features).as(name).hasSameSizeAs(expected);
            float most = 0;
            for (float each : expected) {
                most = Math.max(most, Math.abs(each));
            }
            assertThat(most).as(name).isGreaterThan(0.1f);
            // Rounding goes with what was added up, not with what is left of it.
            assertThat(features).as(name).containsExactly(expected, within(4e-6f * most));
        }
        assertThat(python.lines()).isEqualTo(counts);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wide", "vit", "convnext"})
    void anEncoderOfOursIsReadFromAllItsFilesAndKnowsWhatItIs(String name) throws Exception {
        Backbone backbone = SAVED.get(name);
        Backbone shipped = backbone instanceof VisionTransformer vit
                ? new VisionTransformer(vit.layers(), vit.width(), vit.patch(), SIDE, true)
                : backbone;
        NetworkPlan plan = new NetworkPlan(
                shipped, new HeadPlan(2, 0, 16, 0), Norm.GROUP, Normalisation.IMAGENET, Precision.FLOAT32);
        Architecture architecture = Architecture.of(plan);
        Map<String, float[]> values = architecture.initialValues(3);
        EncoderFiles.write(folder, architecture, values, new Origin("r", 1, 3, "", SIDE, SIDE));
        byte[] pixels = new byte[IMAGES * SIDE * SIDE * 3];
        new Random(5).nextBytes(pixels);

        for (String file : List.of(EncoderFiles.SAFETENSORS, EncoderFiles.TORCHSCRIPT)) {
            GivenEncoder encoder = GivenWeights.read(folder.resolve(file)).encoder();
            assertThat(encoder.backbone()).as(file).isEqualTo(shipped);
            encoder.values()
                    .forEach((tensor, read) -> assertThat(read).as(tensor).isEqualTo(values.get(tensor)));
        }
        assertThat(EncoderFiles.described(folder).orElseThrow().backbone()).isEqualTo(shipped);
        // First, for a network settles in which way this process computes convolutions, and a bare script does not.
        float[] expected = features(plan, values, pixels);
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Script encoder = torch.load(folder.resolve(EncoderFiles.TORCHSCRIPT))) {
            float[] found = encoder.one(scope, "embed", scope.bytes(direct(pixels), IMAGES, SIDE, SIDE, 3))
                    .floats();
            assertThat(found).isEqualTo(expected);
            if (shipped instanceof VisionTransformer) {
                assertThatThrownBy(() ->
                                encoder.one(scope, "embed", scope.bytes(direct(new byte[16 * 16 * 3]), 1, 16, 16, 3)))
                        .hasMessageContaining("This ViT takes images of 32x32 pixels, and these have another size");
            }
        }
    }

    @Test
    void positionsThatAreNoSquareAreRefused() throws Exception {
        Architecture architecture = Architecture.of(
                new NetworkPlan(SAVED.get("vit"), HeadPlan.NONE, Norm.GROUP, Normalisation.NONE, Precision.FLOAT32));
        Path file = folder.resolve("odd.safetensors");
        StringBuilder header = new StringBuilder("{");
        architecture.slots().forEach(slot -> header.append(header.length() > 1 ? "," : "")
                .append("\"")
                .append(slot.name())
                .append("\":{\"dtype\":\"F32\",\"shape\":")
                .append(
                        slot.name().equals("encoder.pos_embedding")
                                ? "[1,12,0]"
                                : slot.name().equals("conv_proj.weight") ? "[0,3,8,8]" : "[0]")
                .append(",\"data_offsets\":[0,0]}"));
        byte[] text = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(text.length).put(text).array());

        assertThatThrownBy(() -> GivenWeights.read(file))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("its positions are 12, which are no class token and a square of patches");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"blocks.0.ls1.gamma", "reg_token", "norm_pre.weight", "encoder.layers.encoder_layer_1.ln_1.bias"
            })
    void whatStandsWithinAViTThatOursHasNotIsRefusedAndNotLeftOut(String name) throws Exception {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        Architecture.of(new NetworkPlan(
                        new VisionTransformer(1, 64, 8, 8, false),
                        HeadPlan.NONE,
                        Norm.GROUP,
                        Normalisation.NONE,
                        Precision.FLOAT32))
                .slots()
                .forEach(slot -> shapes.put(slot.name(), slot.shape()));
        shapes.put("heads.head.weight", new long[] {10, 64});
        Path file = folder.resolve("known.safetensors");
        write(file, shapes);
        assertThat(GivenWeights.read(file).encoder().leftOut()).containsExactly("heads.head.weight");

        shapes.put(name, new long[] {64});
        write(file, shapes);

        assertThatThrownBy(() -> GivenWeights.read(file))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("it has a tensor " + name + ", which is within the network");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, Integer.MAX_VALUE})
    void patchesOfASideThatNoImageHasAreRefused(long side) throws Exception {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put("encoder.layers.encoder_layer_0.self_attention.in_proj_weight", new long[] {0});
        shapes.put("encoder.pos_embedding", new long[] {1, 65_026, 0});
        shapes.put("conv_proj.weight", new long[] {0, 3, side, side});
        Path file = folder.resolve("side.safetensors");
        write(file, shapes);

        assertThatThrownBy(() -> GivenWeights.read(file))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("its patches have a side of " + side + " pixels");
    }

    /** Zeros of these shapes. */
    private static void write(Path file, Map<String, long[]> shapes) throws Exception {
        StringBuilder header = new StringBuilder("{");
        long end = 0;
        for (Map.Entry<String, long[]> each : shapes.entrySet()) {
            long from = end;
            end += Float.BYTES * Arrays.stream(each.getValue()).reduce(1, (a, b) -> a * b);
            header.append(header.length() > 1 ? "," : "")
                    .append("\"" + each.getKey() + "\":{\"dtype\":\"F32\",\"shape\":")
                    .append(Arrays.toString(each.getValue()).replace(" ", ""))
                    .append(",\"data_offsets\":[" + from + "," + end + "]}");
        }
        byte[] text = header.append("}").toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + text.length + (int) end).order(ByteOrder.LITTLE_ENDIAN);
        Files.write(file, bytes.putLong(text.length).put(text).array());
    }

    private static float[] features(NetworkPlan plan, Map<String, float[]> values, byte[] pixels) {
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Network network = Network.of(torch, Architecture.of(plan), values)) {
            return network.encode(scope, scope.bytes(direct(pixels), IMAGES, SIDE, SIDE, 3))
                    .floats();
        }
    }

    private static ByteBuffer direct(byte[] pixels) {
        return ByteBuffer.allocateDirect(pixels.length).put(pixels).flip();
    }

    private static float[] floats(Path file) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        float[] values = new float[bytes.remaining() / Float.BYTES];
        bytes.asFloatBuffer().get(values);
        return values;
    }
}
