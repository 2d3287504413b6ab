package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.run.Training.Outcome;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.watch.HeldOut;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Learning that breaks down is noticed, with real tensors that a learning rate without sense drives there. */
class AlarmTest {

    private static final String USELESS_WEIGHTS = "--learning-rate 1";

    private static SmallRuns runs;

    @TempDir
    private Path checkpoints;

    @BeforeAll
    static void startABrokerWithViews() throws Exception {
        runs = SmallRuns.start(400);
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    @Test
    void aLossThatIsNoNumberEndsTheRunAndKeepsTheLastGoodCheckpointForGood() throws Exception {
        Path good =
                runs.train(checkpoints, "diverging", "--steps 2").checkpoint().orElseThrow();
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        TrainConfig wild = runs.config(checkpoints, "diverging", "--steps 40 --learning-rate 1e30 --keep 1");

        assertThatThrownBy(() -> new Training(wild, registry).run(report -> {}))
                .isInstanceOf(RefusalException.class)
                .hasMessageMatching("The loss of step \\d+ is NaN, so training stopped and saved nothing more \\(the"
                        + " batch is entry \\d+ of topic batches; the last good checkpoint is \\Q" + good
                        + "\\E, and it is kept\\); delete the checkpoints after the last good one, if there are any,"
                        + " and go on with a lower --learning-rate or a longer --warm-up");

        assertThat(registry.get("streamclr.trainer.alarms").counter().count()).isEqualTo(1);
        JsonNode note = note("diverging", "not-finite");
        assertThat(note.path("last_good_checkpoint").asText()).isEqualTo(good.toString());
        assertThat(digestOfEntry(note))
                .isEqualTo(note.path("batch").path("digest").asText());
        runs.train(checkpoints, "diverging", "--steps 12 --keep 1");
        assertThat(good).isDirectory();
    }

    @Test
    void theCommandEndsWithAnErrorWhenTheLossIsNoNumber() {
        StringWriter err = new StringWriter();

        int code = TrainMain.commandLine()
                .setErr(new PrintWriter(err))
                .execute(runs.arguments(checkpoints, "command", "--steps 40 --learning-rate 1e30"));

        assertThat(code).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(2).first(STRING).startsWith("preset cpu-small: ");
        assertThat(err.toString().lines().skip(1))
                .singleElement(STRING)
                .startsWith("The loss of step ")
                .contains("; no good checkpoint was saved yet); ");
    }

    @Test
    void aCollapseIsAnAlarmAndTheRunGoesOnIfItIsToldTo() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        Path good =
                runs.train(checkpoints, "collapsing", "--steps 5").checkpoint().orElseThrow();
        TrainConfig wild = runs.config(
                checkpoints, "collapsing", USELESS_WEIGHTS + " --steps 45 --measure-every 3 --least-rank 1.5 --keep 1");

        Outcome outcome = new Training(wild, registry).run(report -> {});

        assertThat(outcome.step()).isEqualTo(45);
        assertThat(registry.get("streamclr.trainer.alarms").counter().count()).isEqualTo(1);
        JsonNode note = note("collapsing", "collapse");
        assertThat(note.path("what_to_do").asText()).startsWith("Training has collapsed at step ");
        assertThat(digestOfEntry(note))
                .isEqualTo(note.path("batch").path("digest").asText());
        assertThat(note.path("last_good_checkpoint").asText()).isEqualTo(good.toString());
        assertThat(good).isDirectory();
    }

    @Test
    void aCollapseEndsTheRunIfItIsToldTo() throws Exception {
        TrainConfig wild = runs.config(
                checkpoints,
                "stopping",
                USELESS_WEIGHTS + " --steps 45 --measure-every 3 --save-every 100 --least-rank 1.5 --on-collapse stop");

        assertThatThrownBy(() -> new Training(wild, new SimpleMeterRegistry()).run(report -> {}))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("Training has collapsed at step ")
                .hasMessageContaining(", and 1.5 are the least");
        assertThat(checkpoints.resolve("stopping")).isDirectoryNotContaining("glob:**step-*");
    }

    @Test
    void aClassThatIsForgottenIsAnAlarmThatStopsNothing() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        TrainConfig wild = runs.config(
                checkpoints, "forgetting", USELESS_WEIGHTS + " --warm-up 60 --steps 45 --least-rank 0 --save-every 45");

        Outcome outcome = new Training(wild, registry, ViewRenderer.NONE, new HeldOut(1, AlarmTest::brightAndDark))
                .run(report -> {});

        assertThat(outcome.step()).isEqualTo(45);
        assertThat(registry.get("streamclr.trainer.alarms").counter().count()).isZero();
        assertThat(registry.get("streamclr.trainer.forgotten").counters())
                .hasSize(2)
                .extracting(Counter::count)
                .anyMatch(times -> times >= 1);
        // How often such weights change their mind hangs on how a machine rounds.
        JsonNode note = new ObjectMapper()
                .readTree(notes("forgetting", "forgetting-*").get(0).toFile());
        assertThat(note.path("kind").asText()).isEqualTo("forgetting");
        assertThat(note.path("from").asDouble()).isGreaterThan(note.path("to").asDouble() + 0.1);
        assertThat(note.path("what_to_do").asText())
                .matches(
                        "Class (bright|dark) \\(.*\\) of the held-out images is being forgotten: its kNN accuracy fell from .* % to .* % by"
                                + " step \\d+ .*");
    }

    @Test
    void aClassThatWasKnownBeforeARestartIsForgottenAfterIt() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        new Training(
                        runs.config(checkpoints, "restarted", "--steps 5"),
                        new SimpleMeterRegistry(),
                        ViewRenderer.NONE,
                        new HeldOut(1, AlarmTest::brightAndDark))
                .run(report -> {});

        // The same numbers of images, whose labels nobody can tell any more.
        new Training(
                        runs.config(checkpoints, "restarted", "--steps 10"),
                        registry,
                        ViewRenderer.NONE,
                        new HeldOut(1, side -> images(side, i -> 0)))
                .run(report -> {});

        assertThat(registry.get("streamclr.trainer.forgotten").counters())
                .hasSize(2)
                .extracting(Counter::count)
                .containsOnly(1.0);
    }

    /** Two classes that any network tells apart, until it tells nothing apart. */
    private static LabelledImages brightAndDark(int side) {
        return images(side, label -> 150 * label);
    }

    /** Noise in two classes. @param brightness of a label */
    private static LabelledImages images(int side, IntUnaryOperator brightness) {
        ByteBuffer pixels = ByteBuffer.allocateDirect(100 * side * side * 3);
        int[] labels = new int[100];
        Random random = new Random(4);
        for (int i = 0; i < 100; i++) {
            labels[i] = i % 2;
            for (int k = 0; k < side * side * 3; k++) {
                pixels.put((byte) (random.nextInt(60) + brightness.applyAsInt(labels[i])));
            }
        }
        // Classes are called as folders may be.
        return new LabelledImages(
                pixels.flip(),
                side,
                side,
                labels,
                Map.of(0, "dark (..:é" + "x".repeat(230) + ")", 1, "bright (?*\"|)"));
    }

    @Test
    void aHealthyRunAnnouncesItsEncodersWithTheirDigestAndHealth() throws Exception {
        Outcome outcome = runs.train(checkpoints, "healthy", "--steps 10");

        EncoderPublished announced = announced("healthy");
        Path encoder = outcome.encoder().orElseThrow();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(encoder));
        assertThat(announced.getStep()).isEqualTo(10);
        assertThat(announced.getLocation()).isEqualTo(encoder.toUri().toString());
        assertThat(announced.getDigest()).isEqualTo(HexFormat.of().formatHex(digest));
        assertThat(announced.getScores())
                .containsOnlyKeys("feature_rank", "embedding_rank", "alignment", "uniformity")
                .allSatisfy((name, score) -> assertThat(score).isFinite());
        assertThat(announced.getScores().get("embedding_rank")).isBetween(2.0, 8.0);
    }

    /** The only note of this kind in the run's folder. */
    private JsonNode note(String run, String kind) throws IOException {
        List<Path> notes = notes(run, kind);
        assertThat(notes).hasSize(1);
        return new ObjectMapper().readTree(notes.get(0).toFile());
    }

    private List<Path> notes(String run, String kind) throws IOException {
        try (var files = Files.newDirectoryStream(checkpoints.resolve(run), "alarm-*-" + kind + ".json")) {
            List<Path> notes = new ArrayList<>();
            files.forEach(notes::add);
            return notes;
        }
    }

    /** The digest of the entry that a note points to, as it stands in the topic of batches. */
    private static String digestOfEntry(JsonNode note) throws Exception {
        var record = read("batches", note.path("batch").path("offset").asLong()).get(0);
        var manifest = WireFormat.BATCH_MANIFEST.decode(record.value());
        assertThat(manifest.getStep()).isEqualTo(note.path("step").asLong());
        byte[] digest = new byte[manifest.getDigest().remaining()];
        manifest.getDigest().get(digest);
        return HexFormat.of().formatHex(digest);
    }

    private static EncoderPublished announced(String run) throws Exception {
        EncoderPublished newest = null;
        for (var record : read("encoders", 0)) {
            if (new String(record.key(), StandardCharsets.UTF_8).equals(run)) {
                newest = WireFormat.ENCODER_PUBLISHED.decode(record.value());
            }
        }
        return newest;
    }

    /** What a topic of one partition holds from an offset on. */
    private static List<ConsumerRecord<byte[], byte[]>> read(String topic, long from) {
        TopicPartition only = new TopicPartition(topic, 0);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                runs.broker().connection().with(Map.of("enable.auto.commit", false)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(only));
            consumer.seek(only, from);
            long end = consumer.endOffsets(List.of(only)).get(only);
            while (consumer.position(only) < end) {
                consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
            }
        }
        return records;
    }
}
