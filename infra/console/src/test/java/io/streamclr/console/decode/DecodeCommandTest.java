package io.streamclr.console.decode;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.console.Console;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DecodeCommandTest {

    @TempDir
    private Path work;

    private final StringWriter words = new StringWriter();
    private final StringWriter complaints = new StringWriter();

    @Test
    void writesWhatTheDecoderSeesAndSaysWhatItIs() throws IOException {
        Path images = Files.createDirectory(work.resolve("images"));
        Files.write(images.resolve("one.png"), png(3, 2));

        int code = decode(images.toString(), "--out", out().toString());

        assertThat(code).isZero();
        assertThat(words.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "image format pixels outcome",
                        "images/one.png PNG 3 x 2 " + out().resolve("one.png.png"),
                        "1 decoded, 0 rejected, 0 unreadable; 0 other files passed over");
        BufferedImage seen = ImageIO.read(out().resolve("one.png.png").toFile());
        assertThat(seen.getWidth()).isEqualTo(3);
        assertThat(seen.getRGB(2, 1)).isEqualTo(picture(3, 2).getRGB(2, 1));
    }

    @Test
    void whatIsRejectedIsNamedWithItsReasonAndEndsInExitCodeOne() throws IOException {
        Path images = Files.createDirectory(work.resolve("images"));
        Files.write(images.resolve("good.png"), png(3, 2));
        Files.writeString(images.resolve("page.jpg"), "<html>");
        Files.write(images.resolve("empty.png"), new byte[0]);
        Files.writeString(images.resolve("notes.txt"), "none");

        int code = decode(images.toString(), "--out", out().toString(), "--json");

        assertThat(code).isEqualTo(1);
        JsonNode all = new ObjectMapper().readTree(words.toString());
        assertThat(all.path("decoded").asInt()).isEqualTo(1);
        assertThat(all.path("rejected").asInt()).isEqualTo(1);
        assertThat(all.path("unreadable").asInt()).isEqualTo(1);
        assertThat(all.path("skipped").asInt()).isEqualTo(1);
        assertThat(all.path("images"))
                .filteredOn(row -> row.path("image").asText().equals("images/page.jpg"))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.path("format").asText()).isEqualTo("unknown");
                    assertThat(row.path("outcome").asText()).isEqualTo("NOT_AN_IMAGE");
                    assertThat(row.path("detail").asText())
                            .isEqualTo("No decoder knows bytes that begin with 3c68746d6c3e");
                });
    }

    @Test
    void namesInArchivesNeitherLeaveTheFolderNorReplaceWhatIsThere() throws IOException {
        Files.createDirectory(out());
        Files.writeString(out().resolve("same.png.png"), "mine");
        Path zip = work.resolve("shard.zip");
        try (ZipOutputStream to = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (String name :
                    List.of("a/same.png", "b/same.png", "../../../evil.png", "c/..png", "d/e\u001b[2J.png")) {
                to.putNextEntry(new ZipEntry(name));
                to.write(png(3, 2));
                to.closeEntry();
            }
        }

        decode(zip.toString(), "--out", out().toString());

        try (Stream<Path> files = Files.list(out())) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .contains("same.png.png", "same.png-2.png", "same.png-3.png")
                    .allMatch(name -> name.endsWith(".png") && !name.startsWith("."));
        }
        assertThat(out().resolve("same.png.png")).hasContent("mine");
        try (Stream<Path> files = Files.walk(work)) {
            assertThat(files.filter(Files::isRegularFile)).allMatch(file -> file.startsWith(out()) || file.equals(zip));
        }
        assertThat(words.toString()).doesNotContain("\u001b");
    }

    @Test
    void aNameIsTheEndOfAPathOfHarmlessLetters() {
        assertThat(PngFolder.nameOf("folder/photo.jpg")).isEqualTo("photo.jpg");
        assertThat(PngFolder.nameOf("a\\b\\photo.jpg")).isEqualTo("photo.jpg");
        assertThat(PngFolder.nameOf("train.gz#53662")).isEqualTo("train.gz#53662");
        assertThat(PngFolder.nameOf("x/..")).isEqualTo("_..");
        assertThat(PngFolder.nameOf("x/-rf")).isEqualTo("_-rf");
        assertThat(PngFolder.nameOf("x/\u001b[31m\u202e\0.png")).isEqualTo("__31m__.png");
        assertThat(PngFolder.nameOf("x/")).isEqualTo("_");
        assertThat(PngFolder.nameOf("\u00e4".repeat(300))).hasSize(50);
    }

    @Test
    void theRecipesLimitsAndDecodersHold() throws IOException {
        Path image = Files.write(work.resolve("large.png"), png(30, 20));

        int code = decode(image.toString(), "--out", out().toString(), "--max-side", "20");

        assertThat(code).isEqualTo(1);
        assertThat(words.toString())
                .contains("TOO_LARGE: The image has 30 x 20 pixels, allowed are sides up to 20")
                .contains("0 decoded, 1 rejected (TOO_LARGE 1), 0 unreadable");
    }

    @Test
    void aPlaceWithoutImagesIsRefused() throws IOException {
        Path images = Files.createDirectory(work.resolve("images"));

        int code = decode(images.toString(), "--out", out().toString());

        assertThat(code).isEqualTo(1);
        assertThat(complaints.toString())
                .isEqualToIgnoringNewLines("streamclr: No image lies under " + images + "; check the paths");
    }

    private Path out() {
        return work.resolve("out");
    }

    private int decode(String... arguments) {
        CommandLine command =
                Console.commandLine().setOut(new PrintWriter(words, true)).setErr(new PrintWriter(complaints, true));
        return command.execute(
                Stream.concat(Stream.of("decode"), Stream.of(arguments)).toArray(String[]::new));
    }

    private static BufferedImage picture(int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < width; x++) {
            for (int y = 0; y < height; y++) {
                picture.setRGB(x, y, 0x102030 * (x + 1) + y);
            }
        }
        return picture;
    }

    private static byte[] png(int width, int height) throws IOException {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        ImageIO.write(picture(width, height), "png", file);
        return file.toByteArray();
    }
}
