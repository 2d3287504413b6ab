package io.streamclr.local.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.local.Streamclr;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchViewsTest {

    @TempDir
    private Path images;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void imagesThatCannotBeDecodedAreLeftOutAndCounted() throws IOException {
        ImageIO.write(
                new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB),
                "png",
                images.resolve("b.png").toFile());
        Files.writeString(images.resolve("a.jpg"), "<html>");

        int code = measure();

        assertThat(code).isZero();
        assertThat(out.toString())
                .contains("pairs/s on one thread")
                .contains("1 image cannot be decoded and is left out (NOT_AN_IMAGE 1), the first is image 1: No decoder"
                        + " knows bytes that begin with 3c68746d6c3e");
    }

    @Test
    void whereNoneCanBeDecodedThatIsSaid() throws IOException {
        Files.writeString(images.resolve("a.jpg"), "<html>");

        int code = measure();

        assertThat(code).isEqualTo(1);
        assertThat(err.toString())
                .isEqualToIgnoringNewLines(
                        "streamclr: Nothing is left to measure with: 1 image cannot be decoded and is"
                                + " left out (NOT_AN_IMAGE 1), the first is image 1: No decoder knows bytes that begin with"
                                + " 3c68746d6c3e");
    }

    private int measure() {
        return Streamclr.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute("bench", "views", "--data", images.toString(), "--recipe", "cifar", "--seconds", "1");
    }
}
