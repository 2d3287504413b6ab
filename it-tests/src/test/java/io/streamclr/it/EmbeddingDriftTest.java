package io.streamclr.it;

import static io.streamclr.it.WrittenEmbeddings.FIRST;
import static io.streamclr.it.WrittenEmbeddings.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whether images look to the encoder like those before, in a topic of embeddings on a real broker. */
@ExtendWith(RealBroker.class)
class EmbeddingDriftTest {

    private static final Instant BEGINNING = Instant.parse("2026-03-01T00:00:00Z");

    @TempDir
    Path folder;

    @Test
    void imagesThatLookOtherThanTheFirstAreToldFromThoseThatDoNot() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("drifting")) {
            send(topic, 0, 120, FIRST, 0, BEGINNING);
            send(topic, 120, 180, FIRST, 5, BEGINNING);
            send(topic, 180, 190, SECOND, 0, BEGINNING);
            topic.send(1, new byte[] {1, 2, 3}).written();
            Path lines = folder.resolve("drift.jsonl");

            JsonNode calm = json(drift(topic, "--until", "2026-03-01T00:01:59Z", "--json", "--out", lines.toString()));
            JsonNode moved = json(drift(topic, "--until", "2026-03-01T00:02:59Z", "--json", "--out", lines.toString()));
            Command range = drift(
                    topic,
                    "--until",
                    "2026-03-01T00:02:59Z",
                    "--reference",
                    "2026-03-01T00:00:30Z..2026-03-01T00:01:45Z");
            Command switched = drift(topic, "--until", "2026-03-01T00:03:30Z");

            assertThat(calm.path("p_value").asDouble()).isGreaterThan(0.01);
            assertThat(calm.path("window_images").asInt()).isEqualTo(60);
            assertThat(moved.path("p_value").asDouble()).isEqualTo(0.001);
            assertThat(moved.path("reference_images").asInt()).isEqualTo(60);
            assertThat(calm.path("foreign").asInt()).isEqualTo(1);
            assertThat(lines(lines)).containsExactly(calm, moved);
            assertThat(range.output())
                    .matches("MMD\\^2 0\\.\\d{5}, p 0\\.001000: 60 images of the window and 60 of the reference \\(the"
                            + " time given\\), encoder night@100 \\(1{12}\\), and 1 record was passed over that is"
                            + " no embedding\\R");
            assertThat(switched.exitCode()).isZero();
            assertThat(switched.output())
                    .startsWith("Too few images to say anything, because 50 are needed of each: 0 images of the window"
                            + " and 10 of the reference (the encoder's first), encoder night@200");
        }
    }

    @Test
    void followingRaisesTheAlarmAfterSomeWindowsInARow() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("followed.drift")) {
            send(topic, 0, 60, FIRST, 0, Instant.now().minus(Duration.ofDays(1)));
            topic.written();
            Path lines = folder.resolve("drift.jsonl");
            Thread following = new Thread(
                    () -> drift(
                            topic,
                            "--window",
                            "1h",
                            "--follow",
                            "--every",
                            "1s",
                            "--consecutive",
                            "2",
                            "--metrics-port",
                            "0",
                            "--out",
                            lines.toString()),
                    "following");
            following.start();
            try {
                await().atMost(Duration.ofMinutes(2))
                        .ignoreExceptionsInstanceOf(IOException.class) // a line that is being written
                        .until(() -> !lines(lines).isEmpty());
                send(topic, 60, 120, FIRST, 5, Instant.now().minus(Duration.ofMinutes(2)));
                topic.written();
                await().atMost(Duration.ofMinutes(2))
                        .ignoreExceptionsInstanceOf(IOException.class)
                        .until(() -> lines(lines).stream()
                                .anyMatch(line -> line.path("alarm").asBoolean()));
            } finally {
                following.interrupt();
                following.join();
            }

            List<JsonNode> all = lines(lines);
            assertThat(all.get(0).path("p_value").isNull()).isTrue();
            assertThat(all.get(0).path("alarm").asBoolean(true)).isFalse();
            long low = all.stream()
                    .takeWhile(line -> !line.path("alarm").asBoolean())
                    .filter(line -> line.path("p_value").asDouble(1) <= 0.001)
                    .count();
            assertThat(low).isEqualTo(1);
        }
    }

    @Test
    void whatMakesNoSenseIsRefused() throws Exception {
        try (WrittenEmbeddings topic = new WrittenEmbeddings("no.drift")) {
            Command empty = drift(topic);
            Command alone = drift(topic, "--alarm", "0.01");
            Command unreachable = drift(topic, "--follow", "--permutations", "99");
            Command backwards = drift(topic, "--reference", "2026-03-01T01:00:00Z..2026-03-01T00:00:00Z");
            Command noFile =
                    drift(topic, "--out", folder.resolve("none/drift.jsonl").toString());

            assertThat(empty.exitCode()).isEqualTo(1);
            assertThat(empty.errors()).contains("Topic no.drift holds no such embeddings up to ");
            assertThat(alone.exitCode()).isEqualTo(2);
            assertThat(alone.errors()).contains("--alarm needs --follow");
            assertThat(unreachable.exitCode()).isEqualTo(2);
            assertThat(unreachable.errors()).contains("--alarm must be below 1, and 0.01 at least");
            assertThat(backwards.exitCode()).isEqualTo(2);
            assertThat(backwards.errors()).contains("ends before it begins");
            assertThat(noFile.exitCode()).isEqualTo(1);
            assertThat(noFile.errors()).contains("name another place with --out");
        }
    }

    /** An image a second; the first of their four numbers is around the centre. */
    private static void send(
            WrittenEmbeddings topic, int from, int to, String digest, double centre, Instant beginning) {
        for (int image = from; image < to; image++) {
            Random random = new Random(image);
            float[] vector = new float[4];
            for (int i = 0; i < vector.length; i++) {
                vector[i] = (float) ((i == 0 ? centre : 0) + random.nextGaussian());
            }
            topic.send(WrittenEmbeddings.arrived(image, beginning.plusSeconds(image), digest, vector));
        }
    }

    private static Command drift(WrittenEmbeddings topic, String... options) {
        List<String> all = new ArrayList<>(List.of(
                "embeddings",
                "drift",
                "--topic",
                topic.topic(),
                "--bootstrap-server",
                RealBroker.address(),
                "--sample",
                "60"));
        if (!Arrays.asList(options).contains("--window")) {
            all.addAll(List.of("--window", "1m"));
        }
        all.addAll(Arrays.asList(options));
        return Command.run(all.toArray(String[]::new));
    }

    private static List<JsonNode> lines(Path file) throws IOException {
        List<JsonNode> lines = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                lines.add(new ObjectMapper().readTree(line));
            }
        }
        return lines;
    }

    private static JsonNode json(Command command) throws IOException {
        assertThat(command.exitCode()).as(command.errors()).isZero();
        return new ObjectMapper().readTree(command.lastLine());
    }
}
