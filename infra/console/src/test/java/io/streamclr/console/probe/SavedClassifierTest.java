package io.streamclr.console.probe;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.augment.view.Recipe;
import io.streamclr.console.Console;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.ShippedEncoder;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Script;
import io.streamclr.trainer.torch.Torch;
import io.streamclr.trainer.weights.GivenHead;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SavedClassifierTest {

    private static final int SIDE = 16;
    private static final Recipe RECIPE = Recipe.parse("cifar,size=" + SIDE);

    @TempDir
    private static Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void makeEncoderAndImages() throws IOException {
        encoder("encoder", HeadPlan.REFERENCE, Map.of());
        encoder("deep", new HeadPlan(3, 24, 16, 0), Map.of());
        encoder("none", HeadPlan.NONE, Map.of());
        images("train", 60, 1);
        images("test", 30, 2);
    }

    private static void encoder(String name, HeadPlan head, Map<String, float[]> otherwise) throws IOException {
        Architecture architecture = Architecture.of(
                new NetworkPlan(18, 1.0 / 16, Stem.SMALL2, head, false, Normalisation.NONE, Precision.FLOAT32));
        Map<String, float[]> values = new LinkedHashMap<>(architecture.initialValues(3));
        values.putAll(otherwise);
        EncoderFiles.write(
                Files.createDirectories(folder.resolve(name)),
                architecture,
                values,
                new EncoderFiles.Origin("run", 7, 3, RECIPE.fingerprint(), RECIPE.text(), SIDE, SIDE));
    }

    /** Dim and bright ones, in folders that say so, with noise in which some are mistaken. */
    private static void images(String name, int count, long seed) throws IOException {
        Random random = new Random(seed);
        for (int i = 0; i < count; i++) {
            Path of = Files.createDirectories(folder.resolve(name).resolve(i % 2 == 0 ? "bright" : "dim"));
            BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
            int level = (i % 2 == 0 ? 100 : 70) + random.nextInt(60);
            for (int at = 0; at < SIDE * SIDE; at++) {
                image.setRGB(at % SIDE, at / SIDE, 0x10101 * (level + random.nextInt(60)));
            }
            ImageIO.write(image, "png", of.resolve(i + ".png").toFile());
        }
    }

    private int probe(String... more) {
        return probeOf("encoder", more);
    }

    private int probeOf(String encoder, String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "probe",
                "--encoder",
                folder.resolve(encoder).toString(),
                "--data",
                folder.resolve("train").toString(),
                "--test",
                folder.resolve("test").toString(),
                "--steps",
                "8",
                "--json"));
        arguments.addAll(List.of(more));
        CommandLine line = Console.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(arguments.toArray(String[]::new));
    }

    @Test
    void whatIsSavedHasThePrintedAccuracyAndIsNeverWrittenOver() throws IOException {
        Path saved = folder.resolve("saved");

        assertThat(probe("--fine-tune", "--save", saved.toString()))
                .as(err.toString())
                .isZero();

        double printed = scores().path("whole_network").path("trained").asDouble();
        assertThat(accuracy(saved.resolve("classifier.pt"))).isEqualTo(printed);
        assertThat(printed)
                .as("some are right and some are mistaken, so that it says something")
                .isBetween(0.5, 0.99);
        JsonNode says =
                new ObjectMapper().readTree(saved.resolve("classifier.json").toFile());
        assertThat(says.path("classes").toString()).isEqualTo("[\"bright\",\"dim\"]");
        assertThat(says.path("scores").path("accuracy").asDouble()).isEqualTo(printed);
        assertThat(says.path("scores").path("test_images").asInt()).isEqualTo(30);
        assertThat(says.path("run").asText()).isEqualTo("run");
        assertThat(says.path("step").asInt()).isEqualTo(7);
        assertThat(says.path("input_size").path("height").asInt()).isEqualTo(SIDE);
        assertThat(says.path("fine_tuned").path("steps").asInt()).isEqualTo(8);
        assertThat(says.path("fine_tuned").path("images").asInt()).isEqualTo(60);
        assertThat(says.path("fine_tuned").path("encoder_sha256").asText()).hasSize(64);

        byte[] before = Files.readAllBytes(saved.resolve("classifier.pt"));
        assertThat(probe("--fine-tune", "--save", saved.toString())).isNotZero();
        assertThat(err.toString()).contains("classifier.pt already, which is not written over");
        assertThat(Files.readAllBytes(saved.resolve("classifier.pt"))).isEqualTo(before);
    }

    /** Of the last probe, with all labels. */
    private JsonNode scores() throws IOException {
        List<String> lines = out.toString().lines().toList();
        return new ObjectMapper()
                .readTree(lines.get(lines.size() - 1))
                .path("labels")
                .path("100%");
    }

    @Test
    void aLayerOfTheHeadIsFineTunedAndSavedWithTheEncoder() throws IOException {
        Path saved = folder.resolve("from-head");

        assertThat(probeOf(
                        "deep",
                        "--fine-tune",
                        "--from-head",
                        "1",
                        "--supervised",
                        "--learning-rate",
                        "0.02",
                        "--save",
                        saved.toString()))
                .as(err.toString())
                .isZero();

        double printed = scores().path("whole_network").path("trained").asDouble();
        Path archive = saved.resolve("classifier.pt");
        assertThat(accuracy(archive)).isEqualTo(printed);
        assertThat(printed).as("some are right and some are mistaken").isStrictlyBetween(0.5, 1.0);
        JsonNode says =
                new ObjectMapper().readTree(saved.resolve("classifier.json").toFile());
        assertThat(says.path("head_layers").asInt()).isEqualTo(1);
        assertThat(says.path("embedding").asInt()).isEqualTo(24);
        assertThat(says.path("input").path("project").asText()).contains("(N, features)");
        GivenHead before = head(folder.resolve("deep/encoder.pt"));
        GivenHead after = head(archive);
        assertThat(GivenHead.layers(archive)).isEqualTo(1);
        before.values()
                .forEach((name, tensor) ->
                        assertThat(after.values().get(name)).as(name).isNotEqualTo(tensor));
    }

    private static GivenHead head(Path archive) {
        NetworkPlan plan = ShippedEncoder.at(archive).weights().plan();
        return GivenHead.read(archive, plan, 1);
    }

    @Test
    void theEvaluationOfSimClrGoesThroughTheHeadToo() throws IOException {
        encoder("loud", new HeadPlan(2, 24, 16, 0), louder());
        String[] how = {
            "--evaluation", "simclr", "--epochs", "8", "--recipe", "cifar,size=16,jitter.p=0", "--from-head", "0"
        };

        assertThat(probeOf("loud", how)).as(err.toString()).isZero();
        assertThat(scores().path("simclr_top_1").path("trained").asDouble())
                .as("so few steps on such features learn nothing")
                .isEqualTo(0.5);
        how[how.length - 1] = "1";
        assertThat(probeOf("loud", how)).as(err.toString()).isZero();
        assertThat(scores().path("simclr_top_1").path("trained").asDouble()).isGreaterThan(0.6);
        assertThat(scores().path("simclr_top_1").path("untrained").isNumber()).isTrue();
        assertThat(out.toString()).contains("\"from_head\":1");
    }

    /** A first layer that says loudly whether the features of an image are above or below their mean. */
    private static Map<String, float[]> louder() {
        LabelledImages train = ImageSet.read(folder.resolve("train"), RECIPE, OptionalLong.empty(), 1000)
                .withLabels();
        int count = train.count();
        float[] features;
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Script encoder = torch.load(folder.resolve("deep/encoder.pt"))) {
            features = encoder.one(scope, "embed", scope.bytes(train.pixels(0, count), count, SIDE, SIDE, 3))
                    .floats();
        }
        double sum = 0;
        for (float feature : features) {
            sum += feature;
        }
        float[] weight = new float[24 * features.length / count];
        float[] mean = new float[24];
        float[] scale = new float[24];
        for (int i = 0; i < weight.length; i++) {
            int output = i / (features.length / count);
            weight[i] = output % 2 == 0 ? 1 : -1;
            mean[output] = (float) (weight[i] * sum / count);
            scale[output] = 100;
        }
        return Map.of("head.0.linear.weight", weight, "head.0.bn.running_mean", mean, "head.0.bn.weight", scale);
    }

    @Test
    void layersThatTheHeadDoesNotHaveAreRefusedInASentence() {
        assertThat(probeOf("deep", "--fine-tune", "--from-head", "3")).isEqualTo(1);
        assertThat(err.toString()).contains("--from-head is 3").contains("is layer 2; give 1 to 2");

        assertThat(probeOf("none", "--fine-tune", "--from-head", "1")).isEqualTo(1);
        assertThat(err.toString())
                .contains("--from-head needs a projection head of 2 layers or more")
                .contains("leave the option out, or give an encoder that was trained with --head-layers 2 or 3");

        assertThat(probeOf("deep", "--from-head", "1")).isEqualTo(2);
        assertThat(err.toString()).contains("give --fine-tune or --evaluation simclr too");

        assertThat(probeOf("deep", "--fine-tune", "--from-head", "-1")).isEqualTo(2);
        assertThat(err.toString()).contains("--from-head is -1, but it must be 0 or more");
    }

    private static double accuracy(Path archive) {
        LabelledImages test = ImageSet.read(folder.resolve("test"), RECIPE, OptionalLong.empty(), 1000)
                .withLabels();
        int right = 0;
        try (Torch torch = Torch.open(1);
                Scope scope = torch.scope();
                Script classifier = torch.load(archive)) {
            float[] scores = classifier
                    .one(scope, "classify", scope.bytes(test.pixels(0, test.count()), test.count(), SIDE, SIDE, 3))
                    .floats();
            for (int i = 0; i < test.count(); i++) {
                right += (scores[2 * i + 1] > scores[2 * i] ? 1 : 0) == test.labels()[i] ? 1 : 0;
            }
        }
        return (double) right / test.count();
    }

    @Test
    void oneNetworkIsSavedAndOnlyAFineTunedOne() {
        String place = folder.resolve("nothing").toString();

        assertThat(probe("--save", place)).isEqualTo(2);
        assertThat(err.toString()).contains("--save writes a fine-tuned network; give --fine-tune too");
        assertThat(probe("--fine-tune", "--labels", "50%,100%", "--seeds", "2", "--save", place))
                .isEqualTo(2);
        assertThat(err.toString()).contains("4 would be fine-tuned");
        assertThat(folder.resolve("nothing")).doesNotExist();
    }
}
