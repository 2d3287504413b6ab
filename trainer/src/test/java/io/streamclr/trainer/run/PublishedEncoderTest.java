package io.streamclr.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.streamclr.schemas.record.EncoderFile;
import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.trainer.command.TrainCommand;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.form.FileDigest;
import io.streamclr.trainer.publish.PublishedForm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What others find of an encoder beside its checkpoint, and in the topic of encoders. */
class PublishedEncoderTest {

    @TempDir
    private static Path checkpoints;

    private static SmallRuns runs;

    @BeforeAll
    static void startABroker() throws Exception {
        runs = SmallRuns.start(200);
    }

    @AfterAll
    static void stopTheBroker() {
        runs.close();
    }

    @Test
    void theCardSaysWhatTheRunKnowsAndIsGuardedAsEveryOtherFileIs() throws Exception {
        Path checkpoint =
                runs.train(checkpoints, "carded", "--steps 6").checkpoint().orElseThrow();

        Path card = checkpoint.resolve("README.md");
        assertThat(card)
                .content()
                .contains("# Encoder of run `carded`, step `6`")
                .contains("| view pairs trained | 48 |")
                .contains("Views from topic `views`")
                .containsPattern("\\| 0 \\| \\d+ \\| 1 \\| \\d+ \\|\n\\| 1 \\| \\d+ \\| 1 \\| \\d+ \\|\n")
                .containsPattern("\\| `feature_rank` \\| \\d+\\.\\d{4} \\|")
                .contains("| `--batch-size` | `8` |")
                .contains("| started from | random weights |");
        JsonNode says =
                new ObjectMapper().readTree(checkpoint.resolve("encoder.json").toFile());
        long trained = 0;
        for (JsonNode partition : says.path("data").path("partitions")) {
            assertThat(partition.path("images_until").asLong())
                    .as("each image of this topic became one pair of views")
                    .isEqualTo(partition.path("views_until").asLong());
            trained += partition.path("views_until").asLong();
        }
        assertThat(trained).as("whole blocks of two batches").isEqualTo(48);
        assertThat(SavedSteps.require(checkpoints.resolve("carded"), 6)).isEqualTo(checkpoint);

        assertThat(announced("carded").getFiles()).as("nobody asked for forms").isEmpty();
        assertThat(checkpoint.resolve("encoder.onnx")).doesNotExist();

        Files.writeString(card, Files.readString(card).replace("| 48 |", "| 49 |"));

        assertThatThrownBy(() -> SavedSteps.require(checkpoints.resolve("carded"), 6))
                .hasMessageContaining("README.md has changed since it was written");
    }

    @Test
    void aRunThatWasStoppedHasTheCardOfOneThatWasNot() throws Exception {
        Path whole = runs.train(checkpoints, "wholly", "--steps 7").checkpoint().orElseThrow();
        runs.train(checkpoints, "partly", "--steps 3");
        Path parts = runs.train(checkpoints, "partly", "--steps 7").checkpoint().orElseThrow();

        for (String file : List.of("README.md", "encoder.json")) {
            assertThat(Files.readString(parts.resolve(file)).replace("partly", "wholly"))
                    .isEqualTo(Files.readString(whole.resolve(file)));
        }
    }

    @Test
    void aCheckpointWithoutACardGoesOnAsEver() throws Exception {
        Path old = runs.train(checkpoints, "older", "--steps 2").checkpoint().orElseThrow();
        Path sums = old.resolve("SHA256SUMS");
        Files.delete(old.resolve("README.md"));
        String lines = String.join(
                "",
                Files.readString(sums)
                        .lines()
                        .filter(line -> !line.startsWith("#") && !line.endsWith("README.md"))
                        .map(line -> line + "\n")
                        .toList());
        // As the first releases had it, without the sum of the lines.
        Files.writeString(sums, lines);

        Path later = runs.train(checkpoints, "older", "--steps 4").checkpoint().orElseThrow();

        assertThat(later.resolve("README.md")).exists();
    }

    @Test
    void everyFormIsInTheCheckpointAndAnnouncedWithItsDigest() throws Exception {
        StringWriter err = new StringWriter();
        String[] arguments = runs.arguments(checkpoints, "published", "--steps 2 --publish onnx,safetensors");
        int code = new CommandLine(new TrainCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setErr(new PrintWriter(err))
                .execute(arguments);

        assertThat(code).as(err.toString()).isZero();
        Path checkpoint = SavedSteps.require(checkpoints.resolve("published"), 2);
        assertThat(checkpoint.resolve("README.md"))
                .content()
                .contains("onnxruntime.InferenceSession(\"encoder.onnx\")");
        EncoderPublished announced = announced("published");
        requireFiles(checkpoint, announced, "torchscript", "safetensors", "onnx");
        assertThat(announced.getDigest()).isEqualTo(FileDigest.of(checkpoint.resolve("encoder.pt")));
    }

    private static void requireFiles(Path checkpoint, EncoderPublished announced, String... formats)
            throws IOException {
        assertThat(announced.getFiles()).extracting(EncoderFile::getFormat).containsExactly(formats);
        for (EncoderFile file : announced.getFiles()) {
            assertThat(FileDigest.of(checkpoint.resolve(file.getName())))
                    .as(file.getName())
                    .isEqualTo(file.getSha256());
        }
    }

    @Test
    void anObjectStoreHoldsTheFormsToo() throws Exception {
        try (FileSystem store = Jimfs.newFileSystem(Configuration.unix())) {
            Path bucket = store.getPath("/bucket");

            new Training(
                            runs.config(bucket.toUri(), "stored", "--steps 2"),
                            new SimpleMeterRegistry(),
                            SmallRuns.REPLAYING)
                    .publishing(Set.of(PublishedForm.ONNX))
                    .run(report -> {});

            requireFiles(SavedSteps.require(bucket.resolve("stored"), 2), announced("stored"), "torchscript", "onnx");
        }
    }

    private static EncoderPublished announced(String run) throws Exception {
        List<EncoderPublished> found = new ArrayList<>();
        TopicPartition only = new TopicPartition("encoders", 0);
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                runs.broker().connection().with(Map.of("enable.auto.commit", false)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(only));
            consumer.seekToBeginning(List.of(only));
            long end = consumer.endOffsets(List.of(only)).get(only);
            while (consumer.position(only) < end) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    if (new String(record.key(), StandardCharsets.UTF_8).equals(run)) {
                        found.add(WireFormat.ENCODER_PUBLISHED.decode(record.value()));
                    }
                }
            }
        }
        return found.get(found.size() - 1);
    }
}
