package io.streamclr.trainer.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds what we write for TensorBoard against a reader that shares nothing with it. */
class EventFileTest {

    private static final String PYTHON = "/usr/bin/python3";
    private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_500), ZoneOffset.UTC);

    @TempDir
    Path folder;

    @Test
    void googlesProtobufReadsEveryEventAsItWasNoted() throws Exception {
        assumeTrue(
                run("-c", "import google.protobuf").exitCode() == 0,
                "Skipped because " + PYTHON + " has no protobuf; Debian's python3-protobuf brings it");
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("train/loss", 4.5);
        figures.put("gauge/knn", -0.25);
        try (EventFile events = EventFile.begin(folder, 7, CLOCK)) {
            events.scalars(300, figures);
            events.image(1L << 40, "views", SpriteSheet.of(ByteBuffer.allocate(3 * 3 * 4 * 5), 4, 5, 2));
        }

        Python read = run("src/test/python/read_events.py", file().toString());

        assertThat(read.exitCode()).as(read.output()).isZero();
        assertThat(read.output().lines())
                .containsExactly(
                        "{\"step\": 0, \"at\": 1.5, \"version\": \"brain.Event:2\"}",
                        "{\"step\": 7, \"at\": 1.5, \"session\": 1}",
                        "{\"step\": 300, \"at\": 1.5, \"train/loss\": 4.5, \"gauge/knn\": -0.25}",
                        "{\"step\": 1099511627776, \"at\": 1.5, \"views\": [10, 8, 3, \"PNG\"]}");
    }

    @Test
    void theFileOfAClockThatWasSetBackIsStillTheLastOne() throws Exception {
        EventFile.begin(folder, 1, CLOCK).close();
        EventFile.begin(folder, 5, Clock.offset(CLOCK, Duration.ofSeconds(-1))).close();

        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString()).sorted())
                    .containsExactly("events.out.tfevents.1500.streamclr", "events.out.tfevents.1501.streamclr");
        }
    }

    /** The example of the CRC-32C standard (RFC 3720, B.4): 32 bytes of zeros have 0x8a9136aa. */
    @Test
    void checksumsAreThoseOfTheStandardMaskedAsTensorFlowDoes() throws Exception {
        EventFile.begin(folder, 1, CLOCK).close();

        byte[] file = Files.readAllBytes(file());

        // The first record has 26 bytes of content: nine of time, two of the step, fifteen of the version.
        assertThat(file[0]).isEqualTo((byte) 26);
        int masked = ByteBuffer.wrap(file, 8, 4).order(ByteOrder.LITTLE_ENDIAN).getInt();
        assertThat(masked).isEqualTo(slowly(new byte[] {26, 0, 0, 0, 0, 0, 0, 0}));
        assertThat(unmasked(slowly(new byte[32]))).isEqualTo(0x8a9136aa);
    }

    /** Bit by bit. */
    private static int slowly(byte[] bytes) {
        int crc = -1;
        for (byte each : bytes) {
            crc ^= each & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = crc >>> 1 ^ ((crc & 1) == 1 ? 0x82f63b78 : 0);
            }
        }
        return Integer.rotateRight(~crc, 15) + 0xa282ead8;
    }

    private static int unmasked(int masked) {
        return Integer.rotateLeft(masked - 0xa282ead8, 15);
    }

    private Path file() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            assertThat(all.get(0).getFileName()).hasToString("events.out.tfevents.1500.streamclr");
            return all.get(0);
        }
    }

    private record Python(int exitCode, String output) {}

    private static Python run(String... arguments) throws Exception {
        List<String> command =
                Stream.concat(Stream.of(PYTHON), Stream.of(arguments)).toList();
        try {
            Process python =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(python.waitFor(5, TimeUnit.MINUTES)).isTrue();
            return new Python(python.exitValue(), output);
        } catch (IOException missing) {
            return new Python(127, missing.getMessage());
        }
    }
}
