package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.record.BatchManifest;
import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.record.EncoderPublished;
import io.streamclr.schemas.record.RejectReason;
import io.streamclr.schemas.record.RejectedImage;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.wire.WireFormat;
import java.awt.image.BufferedImage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** From a folder of pictures to an encoder, command by command, as a person would. */
@ExtendWith(RealBroker.class)
class EndToEndTest {

    private static final int GOOD = 300;
    private static final int BATCH = 16;

    @TempDir
    Path folder;

    @Test
    void aFolderBecomesViewsAndRejectsAndAnEncoderThatGoesOnLearning() throws Exception {
        Path pictures = folder.resolve("pictures");
        Pictures.write(pictures, GOOD, 36);
        byte[] good = Files.readAllBytes(pictures.resolve("00000.png"));
        Files.write(pictures.resolve("a-cut.png"), Arrays.copyOf(good, good.length / 2));
        Files.writeString(pictures.resolve("b-page.jpg"), "<html>not found</html>");
        Files.write(pictures.resolve("c-empty.png"), new byte[0]);
        Files.write(pictures.resolve("d-again.png"), good);
        Files.writeString(pictures.resolve("notes.txt"), "not an image, and does not say so");
        RealBroker.create(Topic.IMAGES, "e2e.images", 2);
        RealBroker.create(Topic.VIEWS, "e2e.views", 2);
        RealBroker.create(Topic.IMAGES_REJECTED, "e2e.rejects", 2);
        RealBroker.create(Topic.BATCHES, "e2e.batches", 1);
        RealBroker.create(Topic.ENCODERS, "e2e.encoders", 1);

        JsonNode sent = json(ingest(pictures));
        JsonNode sentAgain = json(ingest(pictures));
        RealBroker.send("e2e.images", 1, null, "no envelope".getBytes(StandardCharsets.UTF_8));
        JsonNode rendered = json(Command.run(
                "augment",
                "--bootstrap-server",
                RealBroker.address(),
                "--images-topic",
                "e2e.images",
                "--views-topic",
                "e2e.views",
                "--rejects-topic",
                "e2e.rejects",
                "--recipe",
                "cifar,size=28",
                "--passes",
                "3",
                "--json"));

        assertThat(sent.path("sent").asInt()).isEqualTo(GOOD + 2); // the cut one and the page are sent as they are
        assertThat(sent.path("duplicates").asInt()).isEqualTo(1);
        assertThat(sent.path("unreadable").asInt()).isEqualTo(1);
        assertThat(sent.path("skipped").asInt()).isEqualTo(1);
        assertThat(sentAgain.path("sent").asInt()).isZero();
        assertThat(rendered.path("pairs").asInt()).isEqualTo(3 * GOOD);
        assertThat(rejects())
                .containsExactlyInAnyOrder("a-cut.png BROKEN", "b-page.jpg NOT_AN_IMAGE", " FOREIGN_RECORD");
        assertThat(everyPairNamesItsImage()).isEqualTo(3 * GOOD);

        JsonNode first = json(train(20));
        JsonNode resumed = json(train(40));

        assertThat(first.path("step").asInt()).isEqualTo(20);
        assertThat(resumed.path("step").asInt()).isEqualTo(40);
        assertThat(resumed.path("pairs").asInt()).isEqualTo(40 * BATCH);
        // Some batches are logged ahead of their training; none is logged twice or left out.
        assertThat(stepsLogged())
                .startsWith(LongStream.rangeClosed(1, 40).boxed().toArray(Long[]::new));
        assertThat(stepsLogged()).doesNotHaveDuplicates().isSorted();
        EncoderPublished newest = published();
        assertThat(newest.getStep()).isEqualTo(40);

        Path encoder = Path.of(resumed.path("checkpoint").asText()).resolve("encoder.pt");
        Command probed = Command.run("probe", "--encoder", encoder.toString(), "--data", pictures.toString(), "--json");
        Command shown = Command.run(
                "views",
                "show",
                "--bootstrap-server",
                RealBroker.address(),
                "--views-topic",
                "e2e.views",
                "--images-topic",
                "e2e.images",
                "--count",
                "6",
                "--out",
                folder.resolve("sheet.png").toString());
        Command verified = Command.run(
                "views",
                "verify",
                "--bootstrap-server",
                RealBroker.address(),
                "--views-topic",
                "e2e.views",
                "--images-topic",
                "e2e.images",
                "--count",
                "40",
                "--recipe",
                "cifar,size=28",
                "--json");

        assertThat(json(probed).path("retrieval").path("trained").asDouble()).isBetween(0.0, 1.0);
        assertThat(json(probed).path("recipe").asText())
                .as("as the encoder says that it was trained by")
                .isEqualTo("cifar,size=28");
        assertThat(json(probed).path("train_images").asInt()).isEqualTo(GOOD + 1);
        assertThat(shown.exitCode()).isZero();
        BufferedImage sheet = ImageIO.read(folder.resolve("sheet.png").toFile());
        assertThat(sheet.getWidth()).isGreaterThan(3 * 3 * 112);
        assertThat(verified.lastLine()).isEqualTo("{\"compared\":40,\"different\":0,\"undecodable\":0}");
        assertThat(verified.exitCode()).isZero();
    }

    private Command ingest(Path pictures) {
        return Command.run(
                "ingest",
                pictures.toString(),
                "--bootstrap-server",
                RealBroker.address(),
                "--images-topic",
                "e2e.images",
                "--json");
    }

    private Command train(int steps) {
        return Command.run(
                "train",
                "--bootstrap-server",
                RealBroker.address(),
                "--views-topic",
                "e2e.views",
                "--batches-topic",
                "e2e.batches",
                "--encoders-topic",
                "e2e.encoders",
                "--checkpoints",
                folder.resolve("checkpoints").toString(),
                "--run",
                "e2e",
                "--batch-size",
                Integer.toString(BATCH),
                "--block",
                "4",
                "--width",
                "0.125",
                "--stem",
                "small2",
                "--steps",
                Integer.toString(steps),
                "--threads",
                "1",
                "--json");
    }

    private static JsonNode json(Command command) throws Exception {
        assertThat(command.exitCode()).as(command.errors()).isZero();
        return new ObjectMapper().readTree(command.lastLine());
    }

    /** File name and reason of every reject. */
    private static List<String> rejects() throws Exception {
        List<String> found = new ArrayList<>();
        for (var partition : RealBroker.read("e2e.rejects").values()) {
            for (var record : partition) {
                RejectedImage reject = WireFormat.REJECTED_IMAGE.decode(record.value());
                String source = reject.getSource();
                found.add(source.substring(source.lastIndexOf('/') + 1) + " " + reject.getReason());
                assertThat(reject.getReason()).isNotEqualTo(RejectReason.OTHER);
                assertThat(reject.getDetail()).isNotBlank();
            }
        }
        return found;
    }

    /** Counts the pairs; each has the id of the image at its origin, and no two of an image share a view. */
    private static int everyPairNamesItsImage() throws Exception {
        Map<String, String> idAt = new HashMap<>();
        for (var partition : RealBroker.read("e2e.images").values()) {
            for (var record : partition) {
                if (record.key() != null) {
                    idAt.put(
                            record.partition() + ":" + record.offset(),
                            new String(record.key(), StandardCharsets.UTF_8));
                    EncodedImage image = WireFormat.ENCODED_IMAGE.decode(record.value());
                    assertThat(image.getSource()).isNotBlank();
                }
            }
        }
        Map<List<Object>, Integer> seen = new HashMap<>();
        for (var partition : RealBroker.read("e2e.views").values()) {
            for (var record : partition) {
                ViewPair pair = WireFormat.VIEW_PAIR.decode(record.value());
                assertThat(pair.getOrigin().getPartition()).isEqualTo(record.partition());
                assertThat(pair.getImageId())
                        .isEqualTo(idAt.get(
                                record.partition() + ":" + pair.getOrigin().getOffset()));
                assertThat(pair.getFirst().getPixels())
                        .isNotEqualTo(pair.getSecond().getPixels());
                seen.merge(List.of(pair.getImageId(), pair.getPass()), 1, Integer::sum);
            }
        }
        assertThat(seen.values()).containsOnly(1);
        return seen.size();
    }

    private static List<Long> stepsLogged() throws Exception {
        List<Long> steps = new ArrayList<>();
        for (var record : RealBroker.read("e2e.batches").get(0)) {
            if (record.key() == null) {
                continue; // a mark of who owns the run
            }
            BatchManifest manifest = WireFormat.BATCH_MANIFEST.decode(record.value());
            assertThat(manifest.getTo() - manifest.getFrom()).isEqualTo(BATCH);
            steps.add(manifest.getStep());
        }
        return steps;
    }

    private static EncoderPublished published() throws Exception {
        var all = RealBroker.read("e2e.encoders").get(0);
        return WireFormat.ENCODER_PUBLISHED.decode(all.get(all.size() - 1).value());
    }
}
