package io.streamclr.console.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.augment.view.Recipe;
import io.streamclr.console.Console;
import io.streamclr.trainer.encoder.Embedder;
import io.streamclr.trainer.encoder.EncoderFiles;
import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.encoder.MiddleSquare;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import io.streamclr.trainer.torch.Torch;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** With a real encoder on real PyTorch. */
class EmbedAndSearchTest {

    private static final int IMAGES = 7;
    private static final int SIDE = 16;
    /** Its filter is not the one of the other presets. */
    private static final Recipe RECIPE = Recipe.parse("grey,size=" + SIDE);

    @TempDir
    private static Path shared;

    @TempDir
    private Path work;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void anEncoderAndSomeImages() throws IOException {
        Files.createDirectories(encoder());
        Architecture architecture = Architecture.of(new NetworkPlan(
                18, 1.0 / 16, Stem.SMALL, HeadPlan.REFERENCE, false, Normalisation.NONE, Precision.FLOAT32));
        EncoderFiles.write(
                encoder(),
                architecture,
                architecture.initialValues(3),
                new EncoderFiles.Origin("run", 1, 3, RECIPE.fingerprint(), RECIPE.shortText(), SIDE, SIDE));
        Files.createDirectories(images());
        for (int i = 0; i < IMAGES; i++) {
            ImageIO.write(picture(i), "png", image(i).toFile());
        }
        Files.writeString(images().resolve("broken.png"), "no image at all");
    }

    private static Path encoder() {
        return shared.resolve("encoder");
    }

    private static Path images() {
        return shared.resolve("images");
    }

    private static Path image(int i) {
        return images().resolve("picture-" + i + ".png");
    }

    /** Stripes, wider and redder from one picture to the next. */
    private static BufferedImage picture(int i) {
        BufferedImage picture = new BufferedImage(24, 20, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 20; y++) {
            for (int x = 0; x < 24; x++) {
                int red = x / (i + 1) % 2 == 0 ? 36 * i : 255 - 36 * i;
                picture.setRGB(x, y, (red << 16) | ((10 * y) << 8) | (255 - 10 * x));
            }
        }
        return picture;
    }

    @Test
    void anNpyFileHoldsWhatTheEncoderMakesOfEachImageInOrder() throws IOException {
        Path file = work.resolve("all.npy");

        JsonNode figures = json("embed", images().toString(), "--out", file.toString(), "--batch-size", "3", "--json");

        assertThat(figures.path("images").asInt()).isEqualTo(IMAGES);
        assertThat(figures.path("undecodable").asInt()).isEqualTo(1);
        Embeddings all = Embeddings.read(file);
        assertThat(all.entries())
                .extracting(Entry::source)
                .containsExactly(names("images/picture-%d.png").toArray(String[]::new));
        assertThat(all.entries()).extracting(Entry::label).containsOnly(Entry.NO_LABEL);
        for (int i = 0; i < IMAGES; i++) {
            assertThat(all.features().row(i)).containsExactly(shownAlone(i).row(0), within(1e-5f));
        }
        assertThat(files(work)).containsExactly("all.npy", "all.npy.tsv");
    }

    @Test
    void theEncoderOfARunIsItsNewestCheckpointAndALineSaysWhich() throws IOException {
        Path run = Files.createDirectories(work.resolve("run"));
        Path step = Files.createDirectory(run.resolve("step-00000007"));
        for (String file : files(encoder())) {
            Files.copy(encoder().resolve(file), step.resolve(file));
        }
        Files.createFile(step.resolve("SHA256SUMS"));
        Path file = work.resolve("one.npy");

        int code = new CommandLine(Console.commandLine().getCommandSpec())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("embed", image(0).toString(), "--encoder", run.toString(), "--out", file.toString());

        assertThat(code).isZero();
        assertThat(err.toString()).isEqualToIgnoringNewLines("Using the newest checkpoint of " + run + ": " + step);
        assertThat(Embeddings.read(file).features().row(0))
                .containsExactly(shownAlone(0).row(0), within(1e-5f));
    }

    @Test
    void anotherSizeThanTheEncodersIsTakenAndALineSaysSo() {
        Path file = work.resolve("one.npy");

        assertThat(execute("embed", image(0).toString(), "--out", file.toString(), "--size", "16"))
                .isZero();
        assertThat(err.toString()).isEmpty();
        assertThat(execute("embed", image(0).toString(), "--out", file.toString(), "--size", "20"))
                .isZero();

        assertThat(err.toString())
                .isEqualToIgnoringNewLines("The encoder was trained on images of 16 pixels; using 20, as --size says");
    }

    @Test
    void numpyReadsTheNpyFile() throws Exception {
        Path python = Path.of("/usr/bin/python3");
        assumeTrue(Files.isExecutable(python) && run(python.toString(), "-c", "import numpy") == 0, "needs NumPy");
        Path file = work.resolve("all.npy");
        assertThat(execute("embed", images().toString(), "--out", file.toString()))
                .isZero();
        float second = Embeddings.read(file).features().row(1)[2];

        int same = run(
                python.toString(),
                "-c",
                "import numpy, sys; a = numpy.load(sys.argv[1]); assert a.dtype == numpy.float32 and a.shape[0] == 7"
                        + " and a.flags.c_contiguous and a[1, 2] == numpy.float32(sys.argv[2])",
                file.toString(),
                Float.toString(second));

        assertThat(same).isZero();
    }

    @Test
    void aParquetFileHoldsTheSame() throws IOException {
        Path npy = work.resolve("all.npy");
        Path parquet = work.resolve("all.parquet");
        assertThat(execute("embed", images().toString(), "--out", npy.toString()))
                .isZero();

        assertThat(execute("embed", images().toString(), "--out", parquet.toString()))
                .isZero();

        Embeddings expected = Embeddings.read(npy);
        Embeddings read = Embeddings.read(parquet);
        assertThat(read.entries()).isEqualTo(expected.entries());
        for (int i = 0; i < IMAGES; i++) {
            assertThat(read.features().row(i)).isEqualTo(expected.features().row(i));
        }
    }

    @Test
    void labelsSurviveBothForms() throws IOException {
        Entry labelled = new Entry("0123", "a\tb.png", 4, "tabby cat");
        for (String name : List.of("some.npy", "some.parquet")) {
            Path file = work.resolve(name);
            try (EmbeddingFile writing = EmbeddingFile.create(file, 2)) {
                writing.add(labelled, new float[] {1, 2});
                writing.finish();
            }

            Entry read = Embeddings.read(file).entries().get(0);

            assertThat(read.label()).isEqualTo(4);
            assertThat(read.className()).isEqualTo("tabby cat");
            assertThat(read.source().replace('\t', ' ')).isEqualTo("a b.png");
        }
    }

    @Test
    void namesOfTheFirstReleaseWithoutClassNamesAreRead() throws IOException {
        Path file = work.resolve("old.npy");
        try (EmbeddingFile writing = EmbeddingFile.create(file, 2)) {
            writing.add(new Entry("0123", "a", 4, ""), new float[] {1, 2});
            writing.finish();
        }
        Files.writeString(NpyFile.names(file), "id\tsource\tlabel\n0123\ta\t4\n");

        assertThat(Embeddings.read(file).entries()).containsExactly(new Entry("0123", "a", 4, ""));
    }

    @Test
    void searchSaysTheClassesByTheirNames() throws IOException {
        for (int i = 0; i < 2; i++) {
            Path folder = Files.createDirectories(work.resolve("pets").resolve(i == 0 ? "cat" : "dog"));
            Files.copy(image(i), folder.resolve(i + ".png"));
        }
        Path pets = work.resolve("pets");

        JsonNode found = json(
                "search",
                pets.toString(),
                "--like",
                image(1).toString(),
                "--out",
                work.resolve("s.png").toString(),
                "--json");
        assertThat(execute(
                        "search",
                        pets.toString(),
                        "--like",
                        image(1).toString(),
                        "--out",
                        work.resolve("s.png").toString()))
                .isZero();

        assertThat(found.path("results").path(0).path("class").asText()).isEqualTo("dog");
        assertThat(found.path("results").path(1).path("class").asText()).isEqualTo("cat");
        assertThat(out.toString()).contains("class").containsPattern("1  +1\\.0000  dog +pets/dog/1\\.png");
    }

    @Test
    void theHeadsOutputIsAnotherOne() {
        Path features = work.resolve("h.npy");
        Path embeddings = work.resolve("z.npy");

        assertThat(execute("embed", image(0).toString(), "--out", features.toString()))
                .isZero();
        assertThat(execute("embed", image(0).toString(), "--features", "z", "--out", embeddings.toString()))
                .isZero();

        assertThat(Embeddings.read(embeddings).features().row(0))
                .isNotEqualTo(Embeddings.read(features).features().row(0));
    }

    @Test
    void whatWasThereStaysWhenNothingCanBeEmbedded() throws IOException {
        Path file = Files.writeString(work.resolve("old.npy"), "old");

        int code = execute("embed", images().resolve("broken.png").toString(), "--out", file.toString());

        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).contains("No image that can be decoded lies under");
        assertThat(file).hasContent("old");
        assertThat(files(work)).containsExactly("old.npy");
    }

    @Test
    void searchFindsTheImageItselfFirstAndDrawsWhatItFound() throws IOException {
        Path sheet = work.resolve("found.png");

        JsonNode found = json(
                "search",
                images().toString(),
                "--like",
                image(4).toString(),
                "--top",
                "3",
                "--out",
                sheet.toString(),
                "--json");

        assertThat(found.path("results")).hasSize(3);
        assertThat(found.path("results").path(0).path("source").asText()).isEqualTo("images/picture-4.png");
        assertThat(found.path("results").path(0).path("cosine").asDouble()).isCloseTo(1, within(1e-5));
        BufferedImage drawn = ImageIO.read(sheet.toFile());
        assertThat(drawn.getWidth()).isEqualTo(4 * 140 + 12);
        // The image that was asked for, and beside it the same image as the nearest.
        assertThat(drawn.getRGB(12 + 64, 12 + 50)).isEqualTo(drawn.getRGB(12 + 140 + 64, 12 + 50));
        assertThat(drawn.getRGB(12 + 64, 12 + 50)).isNotEqualTo(drawn.getRGB(12 + 280 + 64, 12 + 50));
    }

    @Test
    void searchInAnIndexFindsWhatSearchInTheImagesFinds() throws IOException {
        Path file = work.resolve("all.parquet");
        Path sheet = work.resolve("found.png");
        assertThat(execute("embed", images().toString(), "--out", file.toString()))
                .isZero();
        String like = image(2).toString();
        JsonNode inImages = json("search", images().toString(), "--like", like, "--out", sheet.toString(), "--json");

        JsonNode inIndex = json("search", "--index", file.toString(), "--like", like, "--json");

        assertThat(inIndex.path("results").findValuesAsText("source"))
                .hasSize(IMAGES)
                .isEqualTo(inImages.path("results").findValuesAsText("source"));
    }

    @Test
    void mistakesAreSaidInOneSentence() throws IOException {
        assertThat(execute(
                        "embed",
                        images().toString(),
                        "--out",
                        work.resolve("all.csv").toString()))
                .isEqualTo(2);
        assertThat(err.toString()).contains("all.csv must end in .npy or .parquet");

        assertThat(execute("search", "--like", image(0).toString())).isEqualTo(2);
        assertThat(err.toString()).contains("give IMAGES to search in, or --index FILE");

        Path narrow = work.resolve("narrow.npy");
        try (EmbeddingFile writing = EmbeddingFile.create(narrow, 2)) {
            writing.add(new Entry("0", "a", 1, ""), new float[] {1, 2});
            writing.finish();
        }
        assertThat(execute("search", "--index", narrow.toString(), "--like", image(0).toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("holds 2; use the encoder that it was made with");
    }

    private static Features shownAlone(int i) throws IOException {
        Pixels decoded = new ImageDecoder(DecodeLimits.DEFAULT)
                .decode(Files.readAllBytes(image(i)))
                .match(Decoding.Decoded::pixels, rejected -> {
                    throw new AssertionError(rejected.toString());
                });
        byte[] square = new MiddleSquare(RECIPE).of(decoded);
        try (Torch torch = Torch.open(1);
                Embedder embedder = Embedder.load(torch, encoder().resolve("encoder.pt"))) {
            ByteBuffer pixels =
                    ByteBuffer.allocateDirect(square.length).put(square).flip();
            return embedder.embed(pixels, 1, SIDE, SIDE);
        }
    }

    private static List<String> names(String pattern) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < IMAGES; i++) {
            names.add(String.format(pattern, i));
        }
        return names;
    }

    private static List<String> files(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static int run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getInputStream().readAllBytes();
        return process.waitFor();
    }

    private JsonNode json(String... arguments) throws IOException {
        assertThat(execute(arguments)).as(() -> err.toString()).isZero();
        String[] lines = out.toString().strip().split("\n", -1);
        return new ObjectMapper().readTree(lines[lines.length - 1].getBytes(StandardCharsets.UTF_8));
    }

    private int execute(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--encoder", encoder().toString(), "--threads", "1"));
        CommandLine command = Console.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(all.toArray(String[]::new));
    }
}
