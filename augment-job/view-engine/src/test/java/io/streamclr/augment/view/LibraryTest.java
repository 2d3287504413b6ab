package io.streamclr.augment.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.decode.Decoding;
import io.streamclr.augment.decode.ImageDecoder;
import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.identity.ImageId;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** A program of somebody else's that has the view engine and what Maven brings with it, and no more. */
class LibraryTest {

    @Test
    void theEngineWorksWithItsOwnLibrariesAlone() throws Exception {
        String own = Files.readString(Path.of("target/runtime")).strip();
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djava.awt.headless=true",
                        "-cp",
                        String.join(File.pathSeparator, "target/test-classes", "target/classes", own),
                        Program.class.getName())
                .redirectErrorStream(true)
                .start();

        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said).endsWith("a view of 3072 bytes\n");
        assertThat(own)
                .as("a log is the program's own choice")
                .contains("slf4j-api")
                .doesNotContain("logback", "flink");
    }

    /** Draws one view of a picture. */
    static final class Program {

        private Program() {}

        public static void main(String[] arguments) throws Exception {
            ByteArrayOutputStream png = new ByteArrayOutputStream();
            ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", png);
            ViewEngine engine = new ViewEngine(Recipe.parse("cifar"));
            Pixels pixels = new ImageDecoder(DecodeLimits.DEFAULT)
                    .decode(png.toByteArray())
                    .match(Decoding.Decoded::pixels, rejected -> {
                        throw new IllegalStateException(rejected.detail());
                    });
            int bytes = engine.draw(pixels, 1, ImageId.of(png.toByteArray()), 0, 0)
                    .getPixels()
                    .remaining();
            System.out.println("a view of " + bytes + " bytes");
        }
    }
}
