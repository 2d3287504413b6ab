package io.streamclr.console.export;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.console.probe.Measure;
import io.streamclr.console.probe.ResultFile;
import io.streamclr.console.probe.ScoreTable;
import io.streamclr.console.probe.Scores;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.encoder.Safetensors;
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
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.weights.GivenWeights;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Encoders in the hands of other programs. */
class ExportCommandTest extends ExportedCheckpoint {

    @ParameterizedTest
    @CsvSource({
        "18, IMAGENET, 1, BATCH, IMAGENET, 2, false",
        "50, SMALL, 1, BATCH, NONE, 2, false",
        "18, SMALL2, 2, BATCH, NONE, 1, true",
        "18, SMALL, 3, GROUP, IMAGENET, 3, false",
        "34, SMALL2, 1, BATCH, NONE, 0, true"
    })
    void onnxRuntimeGivesTheSameFeaturesAndEmbeddings(
            int depth, Stem stem, int stages, Norm norm, Normalisation normalisation, int head, boolean whitened)
            throws Exception {
        ship(plan(depth, stem, stages, norm, normalisation, head).whitened(whitened));

        String said = export("--format onnx --embedding");

        assertThat(said).isEqualTo(folder.resolve("out/encoder.onnx") + System.lineSeparator());
        Map<String, float[]> given = run(Path.of("out/encoder.onnx"), false);
        requireAlike(given.get("features"), features, 1e-5);
        requireAlike(given.get("embedding"), embeddings, 1e-5);
        assertThat(folder.resolve("out/encoder.json")).exists();
    }

    @Test
    void djlsEngineForOnnxGivesTheSameFeatures() throws Exception {
        ship(plan(18, Stem.SMALL2, 2, Norm.BATCH, Normalisation.IMAGENET, 0));
        export("--format onnx");

        Criteria<NDList, NDList> criteria = Criteria.builder()
                .setTypes(NDList.class, NDList.class)
                .optModelPath(folder.resolve("out/encoder.onnx"))
                .optEngine("OnnxRuntime")
                .build();
        try (ZooModel<NDList, NDList> model = criteria.loadModel();
                Predictor<NDList, NDList> predictor = model.newPredictor()) {
            NDList images = new NDList(model.getNDManager().create(planes(), new Shape(IMAGES, 3, SIDE, SIDE)));

            requireAlike(predictor.predict(images).get(0).toFloatArray(), features, 1e-5);
        }
    }

    static Stream<Backbone> otherBackbones() {
        return Stream.of(
                new ResNet(50, 1.0 / 16, 2, Stem.SMALL2, 1, false),
                new ResNet(10, 1.0 / 16, 1, 2, Stem.SMALL2, 2, false),
                new VisionTransformer(2, 128, 8, SIDE, true),
                new ConvNext(List.of(1, 1, 2, 1), 16, Stem.SMALL2));
    }

    @ParameterizedTest
    @MethodSource("otherBackbones")
    void onnxRuntimeGivesTheSameFeaturesOfEveryBackbone(Backbone backbone) throws Exception {
        HeadPlan head = new HeadPlan(2, 24, 16, 0);
        Norm norm = backbone instanceof ConvNext ? Norm.BATCH : Norm.GROUP; // of the head too
        ship(new NetworkPlan(backbone, head, norm, Normalisation.IMAGENET, Precision.FLOAT32));

        export("--format onnx --embedding");

        Map<String, float[]> given = run(Path.of("out/encoder.onnx"), false);
        requireAlike(given.get("features"), features, 1e-5);
        requireAlike(given.get("embedding"), embeddings, 1e-5);
        export("--format onnx --precision float16");
        requireAlike(run(Path.of("out/encoder.onnx"), false).get("features"), features, 0.01);
        assertThat(export("--format huggingface"))
                .contains(
                        backbone.name().equals("resnet10")
                                ? "transformers has no ResNet with group normalisation"
                                : "a ResNet alone, but no wide one, can be written");
        if (backbone instanceof VisionTransformer) {
            assertThat(export("--format onnx --resize 24"))
                    .contains("Images of 24x24 pixels cannot be shown to this ViT");
        }
    }

    @Test
    void aModelOfBytesNormalisesByItself() throws Exception {
        ship(plan(18, Stem.SMALL2, 1, Norm.BATCH, Normalisation.IMAGENET, 2));

        export("--format onnx --input bytes --resize " + SIDE);

        requireAlike(run(Path.of("out/encoder.onnx"), true).get("features"), features, 1e-5);
    }

    @Test
    void aModelThatResizesTakesImagesOfAnySize() throws Exception {
        ship(plan(18, Stem.SMALL2, 1, Norm.BATCH, Normalisation.NONE, 2));
        export("--format onnx --input bytes --resize " + SIDE);
        byte[] plain = new byte[70 * 50 * 3];
        Arrays.fill(plain, (byte) 90);
        byte[] small = new byte[SIDE * SIDE * 3];
        Arrays.fill(small, (byte) 90);

        requireAlike(features(plain, 70, 50), features(small, SIDE, SIDE), 1e-5);
    }

    private float[] features(byte[] image, int height, int width) throws Exception {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        try (OrtSession session = environment.createSession(
                        folder.resolve("out/encoder.onnx").toString());
                OnnxTensor bytes = OnnxTensor.createTensor(
                        environment, ByteBuffer.wrap(image), new long[] {1, height, width, 3}, OnnxJavaType.UINT8);
                OrtSession.Result result = session.run(Map.of("bytes", bytes))) {
            return ((float[][]) result.get(0).getValue())[0];
        }
    }

    @Test
    void aModelOf16BitsIsHalfAsLargeAndNearlyTheSame() throws Exception {
        ship(plan(18, Stem.SMALL2, 1, Norm.BATCH, Normalisation.NONE, 2));
        export("--format onnx");
        long whole = Files.size(folder.resolve("out/encoder.onnx"));

        export("--format onnx --precision float16");

        assertThat(Files.size(folder.resolve("out/encoder.onnx"))).isLessThan(whole * 6 / 10);
        requireAlike(run(Path.of("out/encoder.onnx"), false).get("features"), features, 0.01);
    }

    @Test
    void theCardBesideShowsTheModelAsItIsAndTheScoresBesideTheirFloors() throws Exception {
        ship(plan(18, Stem.SMALL2, 1, Norm.BATCH, Normalisation.NONE, 2));
        Path run = Files.createDirectories(folder.resolve("runs/first"));
        Path checkpoint = Files.createDirectories(run.resolve("step-00000010"));
        for (String file : List.of("encoder.pt", "encoder.json")) {
            Files.copy(folder.resolve(file), checkpoint.resolve(file));
        }
        ScoreTable table = new ScoreTable();
        table.add("pixels", "raw pixels", new Scores(Map.of(Measure.KNN_20, 0.25)));
        table.add("trained", "encoder", new Scores(Map.of(Measure.KNN_20, 0.5)));
        ResultFile.note(run, "probe", 10, Instant.EPOCH, table);
        ResultFile.note(run, "demo", 9, Instant.EPOCH, table);

        export("--encoder " + folder.resolve("runs/first/step-00000010") + " --format onnx --input bytes");
        export("--encoder " + folder.resolve("runs/first/step-00000010") + " --format torchscript");

        String card = Files.readString(folder.resolve("out/README.md"));
        assertThat(card)
                .contains("By `streamclr probe`, accuracy with its floors:\n\n| | kNN (k=20) |")
                .contains("| raw pixels | 25.0 % |\n| encoder | 50.0 % |")
                .doesNotContain("streamclr demo")
                .contains("torch.jit.load(\"encoder.pt\")")
                .contains("session.run([\"features\"], {\"bytes\": images})[0]");
        assertThat(run(Path.of("out/encoder.onnx"), true).get("features"))
                .as("inputs and outputs are called as the card says")
                .hasSameSizeAs(features);

        Files.writeString(folder.resolve("out/README.md"), "mine");
        assertThat(export("--encoder " + folder.resolve("runs/first/step-00000010") + " --format onnx"))
                .contains("is not of StreamCLR");
        assertThat(folder.resolve("out/README.md")).hasContent("mine");
    }

    @Test
    void theFolderOfTransformersSaysWhatItsResnet50Says() throws Exception {
        NetworkPlan plan =
                new NetworkPlan(50, 1, Stem.IMAGENET, HeadPlan.NONE, false, Normalisation.IMAGENET, Precision.FLOAT32);
        Architecture architecture = Architecture.of(plan);
        EncoderFiles.write(folder, architecture, architecture.initialValues(4), new Origin("r", 7, 4, "", 224, 224));

        export("--format huggingface");

        JsonNode config = json("out/config.json");
        assertThat(config.toString())
                .isEqualTo("{\"architectures\":[\"ResNetModel\"],\"model_type\":\"resnet\",\"num_channels\":3,"
                        + "\"embedding_size\":64,\"hidden_sizes\":[256,512,1024,2048],\"depths\":[3,4,6,3],"
                        + "\"layer_type\":\"bottleneck\",\"hidden_act\":\"relu\",\"downsample_in_first_stage\":false,"
                        + "\"downsample_in_bottleneck\":false,\"torch_dtype\":\"float32\"}");
        JsonNode images = json("out/preprocessor_config.json");
        assertThat(images.path("size").path("shortest_edge").asInt()).isEqualTo(224);
        assertThat(images.path("image_mean").toString()).isEqualTo("[0.485,0.456,0.406]");
        Map<String, float[]> again = GivenWeights.read(folder.resolve("out/model.safetensors"))
                .encoder()
                .values();
        architecture.initialValues(4).forEach((name, values) -> assertThat(Arrays.equals(again.get(name), values))
                .as(name)
                .isTrue());
    }

    @ParameterizedTest
    @CsvSource({"torchscript, encoder.pt", "safetensors, encoder.safetensors"})
    void ourOwnFormsAreCopied(String format, String file) throws Exception {
        ship(plan(18, Stem.SMALL2, 1, Norm.BATCH, Normalisation.NONE, 2).whitened(true));

        export("--format " + format);

        assertThat(folder.resolve("out").resolve(file)).hasSameBinaryContentAs(folder.resolve(file));
        assertThat(folder.resolve("out/encoder.json")).hasSameBinaryContentAs(folder.resolve("encoder.json"));
    }

    @ParameterizedTest
    @CsvSource({"onnx, BATCH", "safetensors, BATCH", "onnx, GROUP"})
    void theFileThatIsGivenIsExportedAndNotAnotherBesideIt(String format, Norm norm) throws Exception {
        NetworkPlan plan = plan(18, Stem.SMALL2, 2, norm, Normalisation.IMAGENET, 2);
        ship(plan);
        Architecture architecture = Architecture.of(plan);
        Path tuned = Files.createDirectory(folder.resolve("tuned"));
        Map<String, float[]> values = architecture.initialValues(77);
        EncoderFiles.write(tuned, architecture, values, new Origin("r", 8, 2, "", SIDE, SIDE));
        Path file = Files.copy(tuned.resolve(EncoderFiles.TORCHSCRIPT), folder.resolve("fine-tuned.pt"));

        export("--encoder " + file + " --format " + format);

        if (format.equals("safetensors")) {
            assertThat(Safetensors.read(folder.resolve("out/encoder.safetensors"))
                            .floats()
                            .get("layer4.1.conv2.weight")
                            .values())
                    .isEqualTo(values.get("layer4.1.conv2.weight"));
        } else {
            try (Torch torch = Torch.open(1);
                    Scope scope = torch.scope();
                    Network network = Network.of(torch, architecture, values)) {
                ByteBuffer direct = ByteBuffer.allocateDirect(pixels.length).put(pixels);
                Tensor images = scope.bytes(direct.flip(), IMAGES, SIDE, SIDE, 3);
                requireAlike(
                        run(Path.of("out/encoder.onnx"), false).get("features"),
                        network.encode(scope, images).floats(),
                        1e-5);
            }
        }
    }

    @Test
    void anEncoderWithoutDescriptionIsRefusedBecauseNobodyKnowsWhichNetworkItIs() throws Exception {
        ship(plan(18, Stem.SMALL2, 2, Norm.BATCH, Normalisation.NONE, 2));
        Files.delete(folder.resolve(EncoderFiles.DESCRIPTION));

        assertThat(export("--format onnx")).contains("lies no encoder.json that says which network it is");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void whatCannotBeExportedIsRefusedInASentence() throws Exception {
        ship(plan(18, Stem.SMALL2, 1, Norm.BATCH, Normalisation.NONE, 2));
        assertThat(export("--format huggingface"))
                .contains("transformers has no ResNet with the stem small2, only with stem imagenet");
        assertThat(export("--format torchscript --input bytes")).contains("are for --format onnx");
        assertThat(export("--format onnx --resize 0")).contains("--resize must be 1 to 4096 pixels");
        Files.delete(folder.resolve(EncoderFiles.HEAD));
        assertThat(export("--format onnx --embedding")).contains("which holds the projection head");
        assertThat(folder.resolve("out")).doesNotExist();
    }
}
