package io.streamclr.console.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.console.Console;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.encoder.Safetensors;
import io.streamclr.trainer.encoder.Safetensors.Values;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Slot;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import java.io.BufferedOutputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A checkpoint of a network that never trained, what it makes of some images, and what the command makes of it. */
abstract class ExportedCheckpoint {

    static {
        // DJL's engine wants to be the first in a JVM to ask for ONNX Runtime.
        Engine.getEngine("OnnxRuntime");
    }

    static final int IMAGES = 5;
    static final int SIDE = 32;

    final byte[] pixels = new byte[IMAGES * SIDE * SIDE * 3];
    float[] features;
    float[] embeddings;

    @TempDir
    Path folder;

    static NetworkPlan plan(int depth, Stem stem, int stages, Norm norm, Normalisation normalisation, int headLayers) {
        HeadPlan head = headLayers == 0 ? HeadPlan.NONE : new HeadPlan(headLayers, 24, 16, 0);
        return new NetworkPlan(depth, 1.0 / 8, stem, stages, head, norm, false, normalisation, Precision.FLOAT32);
    }

    /** Writes a checkpoint's encoder and head, whose statistics have moved, and what they make of the images. */
    void ship(NetworkPlan plan) throws Exception {
        new Random(3).nextBytes(pixels);
        Architecture architecture = Architecture.of(plan);
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Network network = Network.of(torch, architecture, architecture.initialValues(2))) {
            ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length).put(pixels);
            Tensor images = scope.bytes(direct.flip(), IMAGES, SIDE, SIDE, 3);
            for (int i = 0; i < 3; i++) {
                network.embed(scope, images, 0.5);
            }
            Tensor h = network.encode(scope, images);
            features = h.floats();
            embeddings = network.project(scope, h).floats();
            EncoderFiles.write(folder, architecture, network.values(), new Origin("r", 7, 2, "", SIDE, SIDE));
            Map<String, Values> head = new LinkedHashMap<>();
            for (Slot slot : architecture.slots()) {
                if (!slot.ofEncoder()) {
                    head.put(
                            slot.name(),
                            new Values(slot.shape(), network.values().get(slot.name())));
                }
            }
            try (OutputStream out =
                    new BufferedOutputStream(Files.newOutputStream(folder.resolve(EncoderFiles.HEAD)))) {
                new Safetensors(head, Map.of(), Map.of()).writeTo(out);
            }
        }
    }

    /** What the command prints, on either stream. */
    String export(String more) {
        StringWriter said = new StringWriter();
        CommandLine command = Console.commandLine()
                .setOut(new PrintWriter(said))
                .setErr(new PrintWriter(said))
                .setExecutionExceptionHandler((failure, line, parsed) -> {
                    said.write(String.valueOf(failure.getMessage()));
                    return 1;
                });
        command.execute(("export --out " + folder.resolve("out") + " "
                        + (more.contains("--encoder") ? "" : "--encoder " + folder + " ") + more)
                .split(" ", -1));
        return said.toString();
    }

    Map<String, float[]> run(Path model, boolean bytes) throws Exception {
        Map<String, float[]> given = new LinkedHashMap<>();
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session =
                        environment.createSession(folder.resolve(model).toString());
                OnnxTensor images = bytes ? bytes(environment) : planes(environment);
                OrtSession.Result result = session.run(Map.of(bytes ? "bytes" : "images", images))) {
            for (Map.Entry<String, ai.onnxruntime.OnnxValue> output : result) {
                FloatBuffer values = ((OnnxTensor) output.getValue()).getFloatBuffer();
                float[] copy = new float[values.remaining()];
                values.get(copy);
                given.put(output.getKey(), copy);
            }
        }
        return given;
    }

    private OnnxTensor bytes(OrtEnvironment environment) throws Exception {
        return OnnxTensor.createTensor(
                environment, ByteBuffer.wrap(pixels), new long[] {IMAGES, SIDE, SIDE, 3}, OnnxJavaType.UINT8);
    }

    private OnnxTensor planes(OrtEnvironment environment) throws Exception {
        return OnnxTensor.createTensor(environment, FloatBuffer.wrap(planes()), new long[] {IMAGES, 3, SIDE, SIDE});
    }

    /** The images, (IMAGES, 3, SIDE, SIDE) in [0, 1]. */
    float[] planes() {
        float[] planes = new float[pixels.length];
        for (int i = 0; i < pixels.length; i++) {
            int image = i / (SIDE * SIDE * 3);
            int channel = i % 3;
            int place = i / 3 % (SIDE * SIDE);
            planes[(image * 3 + channel) * SIDE * SIDE + place] = (pixels[i] & 0xff) / 255f;
        }
        return planes;
    }

    static void requireAlike(float[] found, float[] expected, double tolerance) {
        assertThat(found).hasSameSizeAs(expected);
        float most = 0;
        for (float value : expected) {
            most = Math.max(most, Math.abs(value));
        }
        for (int i = 0; i < expected.length; i++) {
            assertThat(found[i]).isCloseTo(expected[i], within((float) (most * tolerance)));
        }
    }

    JsonNode json(String file) throws Exception {
        return new ObjectMapper().readTree(folder.resolve(file).toFile());
    }
}
