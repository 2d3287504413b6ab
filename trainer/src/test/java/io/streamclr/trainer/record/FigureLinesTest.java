package io.streamclr.trainer.record;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.encoder.Features;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FigureLinesTest {

    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-11-23T04:00:00Z"), ZoneOffset.UTC);

    @TempDir
    Path folder;

    @Test
    void aRunThatGoesOnTellsOfNoStepTwiceAndOfNoneThatWasCutOff() throws Exception {
        Path file = folder.resolve("metrics.jsonl");
        try (FigureLines lines = FigureLines.goOn(file, 0, CLOCK)) {
            for (long step = 10; step <= 40; step += 10) {
                lines.add(step, Map.of("loss", 1.0 / step));
            }
        }
        Files.writeString(file, "{\"step\":20,\"lo", StandardOpenOption.APPEND);

        try (FigureLines lines = FigureLines.goOn(file, 25, CLOCK)) {
            lines.add(30, Map.of("loss", Double.NaN));
        }

        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "{\"step\":10,\"at\":\"2026-11-23T04:00:00Z\",\"loss\":0.1}",
                        "{\"step\":20,\"at\":\"2026-11-23T04:00:00Z\",\"loss\":0.05}",
                        "{\"step\":30,\"at\":\"2026-11-23T04:00:00Z\",\"loss\":null}");
    }

    @Test
    void whatIsDamagedIsPassedOverAndTheRestIsRead() throws Exception {
        Path file = folder.resolve("metrics.jsonl");
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write("{\"step\":10,\"at\":\"2026-11-23T04:00:00Z\",\"loss\":0.5,\"rank\":null}\n".getBytes(UTF_8));
            out.write("{\"step\":\"20\",\"loss\":1}\n[30]\n\n{\"step\":1e400}\n{\"loss\":4}\n".getBytes(UTF_8));
            out.write(new byte[] {'{', (byte) 0xff, (byte) 0xfe, '\n'});
            out.write(new byte[1 << 20]);
            out.write("\n{\"step\":50,\"loss\":0.25}\n{\"step\":60,\"lo".getBytes(UTF_8));
        }
        Map<Long, Map<String, Double>> read = new TreeMap<>();

        FigureLines.read(file, read::put);

        assertThat(read)
                .containsExactly(
                        Map.entry(10L, Map.of("loss", 0.5, "rank", Double.NaN)), Map.entry(50L, Map.of("loss", 0.25)));
    }

    @Test
    void aFileThatGrowsIsReadOnFromWhereItEndedAndAHalfLineWhenItIsWhole() throws Exception {
        Path file = folder.resolve("metrics.jsonl");
        Files.writeString(file, "{\"step\":10,\"loss\":0.5}\n{\"step\":20,\"lo");
        Map<Long, Map<String, Double>> read = new TreeMap<>();

        long end = FigureLines.readOn(file, 0, read::put);
        assertThat(read).containsOnlyKeys(10L);
        assertThat(FigureLines.readOn(file, end, read::put)).isEqualTo(end);
        Files.writeString(file, "ss\":0.25}\n" + "x".repeat(1 << 18) + "\n", StandardOpenOption.APPEND);
        read.clear();

        assertThat(FigureLines.readOn(file, end, read::put)).isEqualTo(Files.size(file));
        assertThat(read).containsExactly(Map.entry(20L, Map.of("loss", 0.25)));
    }

    @Test
    void aProjectionHasARowAndAPictureForEachImageInASquareSheet() throws Exception {
        ByteBuffer pixels = ByteBuffer.allocate(5 * 3 * 4 * 4);
        pixels.put(4 * 3 * 4 * 4, (byte) 200); // red of the fifth picture's first pixel

        Projection.write(folder, 500, Features.copyOf(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, 2), pixels, 4, 4);

        assertThat(Files.readAllLines(folder.resolve("features.tsv")))
                .containsExactly("1.0\t2.0", "3.0\t4.0", "5.0\t6.0", "7.0\t8.0", "9.0\t10.0");
        var sheet = ImageIO.read(folder.resolve("features.png").toFile());
        assertThat(sheet.getWidth()).isEqualTo(3 * 4);
        assertThat(sheet.getHeight()).isEqualTo(3 * 4);
        assertThat(sheet.getRGB(4, 4)).isEqualTo(0xffc80000);
        assertThat(Files.readString(folder.resolve("projector_config.pbtxt")))
                .contains("tensor_path: \"features.tsv\"", "image_path: \"features.png\"", "single_image_dim: 4");
    }
}
