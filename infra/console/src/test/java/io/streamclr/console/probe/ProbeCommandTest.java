package io.streamclr.console.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.augment.view.Recipe;
import io.streamclr.console.Console;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.Backbone;
import io.streamclr.trainer.model.ConvNext;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Norm;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.model.VisionTransformer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ProbeCommandTest {

    /** Of the images; the encoder was trained on smaller ones. */
    private static final int SIDE = 28;

    private static final Recipe RECIPE = Recipe.parse("cifar,size=24,flip=off");

    @TempDir
    private static Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void makeEncoderAndImages() throws IOException {
        Architecture architecture = Architecture.of(new NetworkPlan(
                18, 1.0 / 16, Stem.SMALL2, HeadPlan.REFERENCE, false, Normalisation.NONE, Precision.FLOAT32));
        EncoderFiles.write(
                Files.createDirectories(folder.resolve("encoder")),
                architecture,
                architecture.initialValues(3),
                new EncoderFiles.Origin("run", 1, 3, RECIPE.fingerprint(), RECIPE.text(), 24, 24));
        images("train", 300, 1);
        images("test", 90, 2);
        Files.copy(folder.resolve("test-images-idx3-ubyte"), folder.resolve("bare.idx3-ubyte"));
    }

    /** Stripes across, stripes down and checks in noise, as IDX files. */
    private static void images(String name, int count, long seed) throws IOException {
        Random random = new Random(seed);
        ByteBuffer images = ByteBuffer.allocate(16 + count * SIDE * SIDE);
        ByteBuffer labels = ByteBuffer.allocate(8 + count);
        images.putInt(0x803).putInt(count).putInt(SIDE).putInt(SIDE);
        labels.putInt(0x801).putInt(count);
        for (int i = 0; i < count; i++) {
            labels.put((byte) (i % 3));
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    int stripe = i % 3 == 0 ? y / 3 : i % 3 == 1 ? x / 3 : y / 5 + x / 5;
                    images.put((byte) (40 + 70 * (stripe % 2) + random.nextInt(140)));
                }
            }
        }
        Files.write(folder.resolve(name + "-images-idx3-ubyte"), images.array());
        Files.write(folder.resolve(name + "-labels-idx1-ubyte"), labels.array());
    }

    @Test
    void imagesAreShownInTheSizeAndByTheRecipeThatTheEncoderWasTrainedWith() throws IOException {
        int code = probe("--test", test(), "--limit", "60", "--json");

        assertThat(code).as(err.toString()).isZero();
        JsonNode own = lastLine();
        assertThat(own.path("recipe").asText()).isEqualTo("cifar,size=24,flip.p=0");
        assertThat(err.toString()).doesNotContain("as --recipe says");
        assertThat(probe("--test", test(), "--limit", "60", "--json", "--recipe", "cifar,flip=off"))
                .isZero();
        assertThat(lastLine())
                .as("in the encoder's size, where none is asked for")
                .isEqualTo(own);
        assertThat(probe("--test", test(), "--limit", "60", "--json", "--recipe", "grey,size=28"))
                .isZero();
        assertThat(lastLine()).isNotEqualTo(own);
        assertThat(err.toString())
                .contains("The encoder was trained with recipe cifar,size=24,flip.p=0; using grey, as --recipe says");
    }

    @Test
    void aVitIsProbedByItsFeaturesAndAConvNextByItsMapsToo() throws IOException {
        ship("vit", new VisionTransformer(1, 64, 8, 24, false));
        ship("convnext", new ConvNext(List.of(1, 1, 1, 1), 16, Stem.SMALL2));

        assertThat(probeOf("vit", "--test", test(), "--limit", "60", "--json"))
                .as(err.toString())
                .isZero();
        assertThat(probeOf("convnext", "--test", test(), "--limit", "60", "--maps", "2", "--json"))
                .as(err.toString())
                .isZero();
        assertThat(lastLine().toString()).contains("trained_maps");
        assertThat(probeOf("vit", "--test", test(), "--limit", "60", "--maps", "2"))
                .isEqualTo(1);
        assertThat(err.toString())
                .contains("A ViT has no stages, so there are no maps of them to measure; leave out --maps");
        assertThat(probeOf("vit", "--test", test(), "--limit", "60", "--recipe", "cifar,size=28"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("Images of 28x28 pixels cannot be shown to this ViT");
    }

    private static void ship(String name, Backbone backbone) throws IOException {
        Architecture architecture = Architecture.of(
                new NetworkPlan(backbone, HeadPlan.REFERENCE, Norm.GROUP, Normalisation.NONE, Precision.FLOAT32));
        EncoderFiles.write(
                Files.createDirectories(folder.resolve(name)),
                architecture,
                architecture.initialValues(3),
                new EncoderFiles.Origin("run", 1, 3, RECIPE.fingerprint(), RECIPE.text(), 24, 24));
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
                folder.resolve("train-images-idx3-ubyte").toString()));
        arguments.addAll(List.of(more));
        CommandLine line = Console.commandLine();
        line.setOut(new PrintWriter(out));
        line.setErr(new PrintWriter(err));
        return line.execute(arguments.toArray(String[]::new));
    }

    private static String test() {
        return folder.resolve("test-images-idx3-ubyte").toString();
    }

    private JsonNode lastLine() throws IOException {
        List<String> lines = out.toString().lines().toList();
        return new ObjectMapper().readTree(lines.get(lines.size() - 1));
    }

    @Test
    void everyFloorIsBesideTheEncoderForEachShareOfLabels() throws Exception {
        String before = digest();

        int code = probe(
                "--test",
                test(),
                "--labels",
                "10%,100%",
                "--seeds",
                "2",
                "--fine-tune",
                "--supervised",
                "--steps",
                "25",
                "--learning-rate",
                "0.01",
                "--out",
                folder.resolve("charts").toString(),
                "--class-names",
                "across,down,checks",
                "--json");

        assertThat(code).as(err.toString()).isZero();
        for (String share : List.of("10%", "100%")) {
            JsonNode scores = lastLine().path("labels").path(share);
            for (String measure : List.of("knn_200", "knn", "knn_10", "linear", "retrieval")) {
                assertThat(scores.path(measure).fieldNames())
                        .toIterable()
                        .containsExactly("pixels", "gradients", "untrained", "trained");
            }
            assertThat(scores.path("whole_network").fieldNames()).toIterable().containsExactly("untrained", "trained");
            // Guessing gives a third.
            assertThat(scores.path("linear").path("gradients").asDouble()).isGreaterThan(0.9);
            assertThat(scores.path("spread").path("linear").path("trained").isNumber())
                    .isTrue();
        }
        JsonNode all = lastLine().path("labels").path("100%");
        assertThat(all.path("whole_network").path("trained").asDouble()).isGreaterThan(0.6);
        assertThat(all.path("spread").path("knn").path("pixels").asDouble())
                .as("neighbours among all images are the same for every seed")
                .isZero();
        assertThat(lastLine().path("seeds").asInt()).isEqualTo(2);
        assertThat(err.toString()).contains("fine-tuned, 10% of the labels, seed 2: 100 %", "images/s");
        assertThat(folder.resolve("charts"))
                .isDirectoryContaining("glob:**confusion.png")
                .isDirectoryContaining("glob:**confusion.svg")
                .isDirectoryContaining("glob:**labels.png")
                .isDirectoryContaining("glob:**losses.svg");
        assertThat(Files.readString(folder.resolve("charts/confusion.svg"))).contains("across, down, checks");
        assertThat(digest()).as("digest of the encoder").isEqualTo(before);
    }

    private static String digest() throws Exception {
        byte[] archive = Files.readAllBytes(folder.resolve("encoder/encoder.pt"));
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
    }

    @Test
    void aTableForPeopleHasARowForEachFloor() {
        int code = probe("--test", test());

        assertThat(code).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("kNN (k=200) weighs each vote by exp(cosine / 0.1)")
                .containsSubsequence("kNN (k=200)", "kNN (k=20)", "kNN (k=10)", "linear", "retrieval")
                .containsSubsequence("raw pixels", "oriented gradients", "untrained encoder", "\nencoder ")
                .contains(
                        "300 training and 90 test images of 24 pixels, views by recipe cifar,size=24,flip.p=0, encoder "
                                + folder.resolve("encoder/encoder.pt"));
    }

    @Test
    void mapsOfTheStagesStandBesideTheFeaturesTrainedAndUntrained() throws IOException {
        int code = probe("--test", test(), "--maps", "4", "--seeds", "2", "--json");

        assertThat(code).as(err.toString()).isZero();
        JsonNode linear = lastLine().path("labels").path("100%").path("linear");
        assertThat(linear.fieldNames())
                .toIterable()
                .containsExactly("pixels", "gradients", "untrained", "trained", "untrained_maps", "trained_maps");
        assertThat(linear.path("trained_maps").asDouble())
                .as("of an encoder that never learned, checks are told from stripes by where they are")
                .isGreaterThan(linear.path("trained").asDouble());
    }

    @Test
    void theEvaluationOfSimClrStandsBesideTheOthers() throws IOException {
        int code = probe("--test", test(), "--evaluation", "simclr", "--epochs", "2", "--labels", "50%,100%", "--json");

        assertThat(code).as(err.toString()).isZero();
        JsonNode all = lastLine().path("labels").path("100%");
        assertThat(all.path("simclr_top_1").fieldNames()).toIterable().containsExactly("untrained", "trained");
        assertThat(all.path("simclr_top_5").path("trained").asDouble())
                .as("of three classes five are all")
                .isEqualTo(1);
        assertThat(all.path("linear").path("trained").isNumber()).isTrue();
        assertThat(lastLine().path("labels").path("50%").path("simclr_top_1").isEmpty())
                .isFalse();
        assertThat(err.toString()).contains("probing: ").contains(" % done, time not known yet, features of ");
        assertThat(err.toString().lines().filter(line -> line.startsWith("probing: ")))
                .as("no terminal: a line at the beginning and one for each quarter")
                .hasSizeBetween(1, 4);
    }

    @Test
    void withoutLabelsRetrievalIsMeasuredAlone() throws IOException {
        int code = probe("--test", folder.resolve("bare.idx3-ubyte").toString(), "--json");

        assertThat(code).as(err.toString()).isZero();
        assertThat(lastLine().path("retrieval").path("trained").isNumber()).isTrue();
        assertThat(lastLine().path("labels").path("100%").has("linear")).isFalse();
    }

    @Test
    void whatCannotBeIsRefusedInASentence() {
        assertThat(probe("--test", test(), "--labels", "0%")).isNotZero();
        assertThat(err.toString()).contains("The share of labels '0%' is not one");

        assertThat(probe("--test", test(), "--fine-tune", "--steps", "5", "--minutes", "1"))
                .isNotZero();
        assertThat(err.toString()).contains("give one of them");

        assertThat(probe("--test", test(), "--maps", "17")).isNotZero();
        assertThat(err.toString()).contains("--maps is 17, but it must be 1 to 16 cells each way");

        assertThat(probe("--test", test(), "--epochs", "3")).isNotZero();
        assertThat(err.toString()).contains("--evaluation simclr trains, which is not asked for");

        assertThat(probe("--test", test(), "--evaluation", "simclr", "--epochs", "0"))
                .isNotZero();
        assertThat(err.toString()).contains("--epochs is 0, but it must be 1 to 10000");

        assertThat(probe("--fine-tune")).isNotZero();
        assertThat(err.toString()).contains("need classes");

        assertThat(probe("--test", test(), "--out", folder.resolve("charts").toString(), "--class-names", "one,two"))
                .isNotZero();
        assertThat(err.toString()).contains("2 names, but there are 3 classes").doesNotContain("\tat ");
    }

    @Test
    void spreadIsTheSampleStandardDeviation() {
        assertThat(Spread.of(List.of(0.8, 0.9, 0.7)).mean()).isCloseTo(0.8, within(1e-12));
        assertThat(Spread.of(List.of(0.8, 0.9, 0.7)).deviation()).isCloseTo(0.1, within(1e-12));
        assertThat(Spread.of(List.of(0.8)).deviation()).isZero();
    }
}
