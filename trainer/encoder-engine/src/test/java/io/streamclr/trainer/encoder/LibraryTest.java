package io.streamclr.trainer.encoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.encoder.EncoderFiles.Origin;
import io.streamclr.trainer.form.FileDigest;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import java.awt.image.BufferedImage;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program of somebody else's that has the encoder engine and what Maven brings with it, and no more. */
class LibraryTest {

    private static final Pattern EXAMPLE =
            Pattern.compile("^```java\n((?:(?!^```).)*?^class Vectors .*?)^```\n", Pattern.MULTILINE | Pattern.DOTALL);

    @TempDir
    private Path folder;

    @Test
    void theDocumentedProgramWorksWithTheEnginesOwnLibrariesAlone() throws Exception {
        String own = Files.readString(Path.of("target/runtime")).strip();
        Matcher example = EXAMPLE.matcher(Files.readString(Path.of("../../docs/java.md")));
        assertThat(example.find()).isTrue();
        Path program = Files.writeString(folder.resolve("Vectors.java"), example.group(1));
        Path image = folder.resolve("black.png");
        ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", image.toFile());
        Path text = Files.writeString(folder.resolve("text.png"), "no image at all");
        Architecture architecture = Architecture.of(
                new NetworkPlan(18, 1.0 / 8, Stem.SMALL, HeadPlan.NONE, false, Normalisation.NONE, Precision.FLOAT32));
        EncoderFiles.write(
                folder, architecture, architecture.initialValues(1), new Origin("r", 1, 1, "", "cifar", 32, 32));

        ProcessBuilder java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Djava.awt.headless=true",
                        "-cp",
                        String.join(File.pathSeparator, "target/classes", own),
                        program.toString(),
                        folder.toString(),
                        image.toString(),
                        text.toString())
                .redirectErrorStream(true);
        Process child = java.start();
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(said)
                .contains("64 features of 32 pixels: " + FileDigest.of(folder.resolve("encoder.pt")) + "\n")
                .contains("a vector of 64, beginning with ")
                .contains("NOT_AN_IMAGE, No decoder knows bytes that begin with 6e6f20696d616765\n");
        assertThat(child.waitFor()).isZero();
        assertThat(own)
                .as("a log is the program's own choice")
                .contains("slf4j-api")
                .doesNotContain("logback", "flink", "kafka", "picocli");
    }
}
