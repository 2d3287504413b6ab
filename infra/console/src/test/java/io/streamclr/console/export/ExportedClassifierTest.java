package io.streamclr.console.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.trainer.encoder.ClassifierFiles;
import io.streamclr.trainer.encoder.ClassifierFiles.Layer;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.encoder.ShippedEncoder;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Network;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Torch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExportedClassifierTest extends ExportedCheckpoint {

    @Test
    void aClassifierGivesItsScoresThroughOnnxRuntimeToo() throws Exception {
        ship(plan(18, Stem.SMALL2, 1, Norm.BATCH, Normalisation.NONE, 0));
        Random random = new Random(7);
        float[] weight = new float[3 * features.length / IMAGES];
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) random.nextGaussian();
        }
        float[] bias = {0.5f, -1, 2};
        EncoderFiles.Weights shipped =
                ShippedEncoder.at(folder.resolve("encoder.pt")).weights();
        Path saved = Files.createDirectories(folder.resolve("saved"));
        ClassifierFiles.write(
                saved,
                Architecture.of(shipped.plan()),
                shipped.values(),
                new Layer(List.of("a", "b", "\"c\""), weight, bias),
                new Origin("r", 7, 4, "", SIDE, SIDE),
                new ObjectMapper().createObjectNode());

        String said = export("--encoder " + saved.resolve("classifier.pt") + " --format onnx");

        assertThat(said).isEqualTo(folder.resolve("out/classifier.onnx") + System.lineSeparator());
        Map<String, float[]> given = run(Path.of("out/classifier.onnx"), false);
        requireAlike(given.get("features"), features, 1e-5);
        int width = features.length / IMAGES;
        float[] scores = new float[3 * IMAGES];
        for (int i = 0; i < scores.length; i++) {
            double sum = bias[i % 3];
            for (int f = 0; f < width; f++) {
                sum += (double) features[i / 3 * width + f] * weight[i % 3 * width + f];
            }
            scores[i] = (float) sum;
        }
        requireAlike(given.get("scores"), scores, 1e-5);
        assertThat(classes("out/classifier.onnx")).isEqualTo("[\"a\",\"b\",\"\\\"c\\\"\"]");

        Files.writeString(
                saved.resolve("classifier.json"),
                Files.readString(saved.resolve("classifier.json")).replace("\"b\", ", ""));
        assertThat(export("--encoder " + saved.resolve("classifier.pt") + " --format onnx"))
                .contains("its tensor fc.weight has the shape [3, " + width + "] where [2, " + width + "] is needed");
    }

    @ParameterizedTest
    @CsvSource({"1, BATCH", "2, GROUP"})
    void aClassifierWithLayersOfTheHeadGivesItsScoresTooThroughOnnxRuntime(int layers, Norm norm) throws Exception {
        ship(plan(18, Stem.SMALL2, 1, norm, Normalisation.NONE, 3));
        EncoderFiles.Weights shipped =
                ShippedEncoder.at(folder.resolve("encoder.pt")).weights(layers);
        int width = shipped.plan().embedding();
        float[] weight = new float[3 * width];
        Random random = new Random(7);
        for (int i = 0; i < weight.length; i++) {
            weight[i] = (float) random.nextGaussian();
        }
        float[] bias = {0.5f, -1, 2};
        Path saved = Files.createDirectories(folder.resolve("saved"));
        ClassifierFiles.write(
                saved,
                Architecture.of(shipped.plan()),
                shipped.values(),
                new Layer(List.of("a", "b", "c"), weight, bias),
                new Origin("r", 7, 4, "", SIDE, SIDE),
                new ObjectMapper().createObjectNode());

        export("--encoder " + saved.resolve("classifier.pt") + " --format onnx");

        Map<String, float[]> given = run(Path.of("out/classifier.onnx"), false);
        requireAlike(given.get("features"), features, 1e-5);
        float[] last;
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Network network = Network.of(torch, Architecture.of(shipped.plan()), shipped.values())) {
            last = network.project(scope, scope.floats(features, IMAGES, features.length / IMAGES))
                    .floats();
        }
        float[] scores = new float[3 * IMAGES];
        for (int i = 0; i < scores.length; i++) {
            double sum = bias[i % 3];
            for (int f = 0; f < width; f++) {
                sum += (double) last[i / 3 * width + f] * weight[i % 3 * width + f];
            }
            scores[i] = (float) sum;
        }
        requireAlike(given.get("scores"), scores, 1e-5);
    }

    private String classes(String model) throws Exception {
        try (OrtSession session = OrtEnvironment.getEnvironment()
                .createSession(folder.resolve(model).toString())) {
            return session.getMetadata().getCustomMetadata().get("classes");
        }
    }
}
