package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.schemas.record.ViewPair;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.WireFormat;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run of 200 steps, made again: its batches to the byte, its weights to the bit, a slot of it to the picture. The
 * batches of {@code -Dreplay.steps=10000} may be compared as well.
 */
@ExtendWith(RealBroker.class)
class ReplayTest {

    private static final int PARTITIONS = 4;
    private static final int IMAGES = 240;
    private static final int STEPS = Integer.getInteger("replay.steps", 200);
    private static final int BATCH = 8;
    /** Enough for all steps and a twentieth more. */
    private static final int PASSES = STEPS * 7 / 200;

    private static final String RECIPE = "cifar,size=16,picture-hash=yes";

    @TempDir
    static Path folder;

    @BeforeAll
    static void trainARunOnViewsOfOneWorkerAndDrawThemWithOthersToo() throws Exception {
        Path pictures = folder.resolve("pictures");
        Pictures.write(pictures, IMAGES, 24);
        byte[] good = Files.readAllBytes(pictures.resolve("00007.png"));
        Files.write(pictures.resolve("00007-cut.png"), Arrays.copyOf(good, good.length / 2));
        RealBroker.create(Topic.IMAGES, "replay.images", PARTITIONS);
        RealBroker.create(Topic.BATCHES, "replay.batches", 1);
        RealBroker.create(Topic.ENCODERS, "replay.encoders", 1);
        json("ingest", pictures.toString(), "--images-topic", "replay.images");
        for (int parallelism : new int[] {1, 2, 4}) {
            RealBroker.create(Topic.VIEWS, "replay.views." + parallelism, PARTITIONS);
            RealBroker.create(Topic.IMAGES_REJECTED, "replay.rejects." + parallelism, PARTITIONS);
            json(
                    "augment",
                    "--images-topic=replay.images",
                    "--views-topic=replay.views." + parallelism,
                    "--rejects-topic=replay.rejects." + parallelism,
                    "--recipe=" + RECIPE,
                    "--seed=3",
                    "--passes=" + PASSES,
                    "--parallelism=" + parallelism);
        }
        JsonNode trained = train("--run=first", "--steps=" + STEPS, "--cool-down=40");
        assertThat(trained.path("step").asInt()).isEqualTo(STEPS);
    }

    private static JsonNode train(String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "--views-topic=replay.views.1",
                "--images-topic=replay.images",
                "--batches-topic=replay.batches",
                "--encoders-topic=replay.encoders",
                "--checkpoints=" + folder.resolve("checkpoints"),
                "--batch-size=" + BATCH,
                "--block=4",
                "--width=0.0625",
                "--stem=small2",
                "--head-output=16",
                "--mask-picture-hash=4",
                "--threads=1",
                "--save-every=50",
                "--keep=10"));
        arguments.addAll(List.of(more));
        return json(arguments.toArray(String[]::new));
    }

    private static Command command(String... arguments) {
        return Command.run(
                Stream.concat(Arrays.stream(arguments), Stream.of("--bootstrap-server", RealBroker.address()))
                        .toArray(String[]::new));
    }

    private static JsonNode json(String... arguments) throws Exception {
        Command done = command(
                Stream.concat(Arrays.stream(arguments), Stream.of("--json")).toArray(String[]::new));
        assertThat(done.exitCode()).as(done.errors()).isZero();
        return new ObjectMapper().readTree(done.lastLine());
    }

    private static JsonNode replay(String viewsTopic, String... more) throws Exception {
        return replayOf("first", viewsTopic, more);
    }

    private static JsonNode replayOf(String run, String viewsTopic, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "replay",
                "--run=" + run,
                "--views-topic=" + viewsTopic,
                "--batches-topic=replay.batches",
                "--images-topic=replay.images",
                "--checkpoints=" + folder.resolve("checkpoints"),
                "--to-step=" + STEPS));
        arguments.addAll(List.of(more));
        return json(arguments.toArray(String[]::new));
    }

    @Test
    void noBatchDiffersByAByteHoweverManyWorkersDrewTheViewsAndAfterSomeExpired() throws Exception {
        for (int parallelism : new int[] {1, 2, 4}) {
            JsonNode again = replay("replay.views." + parallelism);

            assertThat(again.path("batches").asInt()).isEqualTo(STEPS);
            assertThat(again.path("differing").asInt()).isZero();
            assertThat(again.path("pairs").asInt()).isEqualTo(STEPS * BATCH);
            assertThat(again.path("pairs_drawn_again").asInt()).isZero();
        }
        expire("replay.views.2", 100);

        JsonNode half = replay("replay.views.2");

        assertThat(half.path("differing").asInt()).isZero();
        assertThat(half.path("pairs_drawn_again").asInt()).isBetween(PARTITIONS * 100, PARTITIONS * 116);
        assertThat(half.path("pairs_from_topic").asInt())
                .isEqualTo(STEPS * BATCH - half.path("pairs_drawn_again").asInt());
    }

    @Test
    void withoutAnyViewTheBatchesAreRenderedAgainAndARunTrainedOnThemEndsWithTheSameWeights() throws Exception {
        RealBroker.create(Topic.VIEWS, "replay.views.gone", PARTITIONS);

        JsonNode again = replay("replay.views.gone", "--from-step=100", "--train");
        JsonNode repeated = json(
                "train",
                "--replay=first",
                "--run=second",
                "--views-topic=replay.views.gone",
                "--batches-topic=replay.batches",
                "--encoders-topic=replay.encoders",
                "--images-topic=replay.images",
                "--checkpoints=" + folder.resolve("checkpoints"));

        assertThat(again.path("batches").asInt()).isEqualTo(100);
        assertThat(again.path("differing").asInt()).isZero();
        assertThat(again.path("pairs_from_topic").asInt()).isZero();
        assertThat(again.path("pairs_drawn_again").asInt()).isEqualTo(100 * BATCH);
        assertThat(again.path("weights_differing").asInt()).isZero();
        assertThat(repeated.path("step").asInt()).isEqualTo(STEPS);
        Path second = Path.of(repeated.path("checkpoint").asText());
        Path first = folder.resolve("checkpoints/first").resolve(second.getFileName());
        for (String file : List.of("head.safetensors", "optimiser.safetensors")) {
            assertThat(Files.mismatch(first.resolve(file), second.resolve(file)))
                    .as(file)
                    .isEqualTo(-1);
        }
    }

    @Test
    void whatARunReplayedFromItsMemoryIsRenderedAndTrainedAgainAndListedAsWell() throws Exception {
        train(
                "--run=remembering",
                "--memory=minred",
                "--memory-size=60",
                "--replayed-share=0.25",
                "--updates=3",
                "--steps=" + STEPS);

        JsonNode again = replayOf("remembering", "replay.views.4", "--from-step=50", "--train");
        JsonNode lineage = json(
                "lineage",
                "--run=remembering",
                "--step=50",
                "--slot=3",
                "--batches-topic=replay.batches",
                "--images-topic=replay.images",
                "--out=" + folder.resolve("replayed.png"));

        assertThat(again.path("batches").asInt()).isEqualTo(150);
        assertThat(again.path("differing").asInt()).isZero();
        assertThat(again.path("pairs").asInt()).isEqualTo(150 * BATCH);
        assertThat(again.path("weights_differing").asInt()).isZero();
        assertThat(lineage.path("run_seed").asLong()).isNotEqualTo(3);
    }

    private static void expire(String topic, long before) throws Exception {
        try (Topics topics = Topics.at(RealBroker.connection());
                Admin admin = Admin.create(RealBroker.connection().with(Map.of()))) {
            Map<TopicPartition, RecordsToDelete> old = new HashMap<>();
            for (int partition = 0; partition < topics.require(topic); partition++) {
                old.put(new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(before));
            }
            admin.deleteRecords(old).all().get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aSlotLeadsToItsImageAndTheImageToAllItsSlots() throws Exception {
        Path picture = folder.resolve("slot.png");

        JsonNode slot = json(
                "lineage",
                "--run=first",
                "--step=31",
                "--slot=5",
                "--batches-topic=replay.batches",
                "--images-topic=replay.images",
                "--out=" + picture);
        JsonNode uses = json(
                "lineage",
                "--run=first",
                "--image=" + slot.path("image").asText(),
                "--batches-topic=replay.batches",
                "--images-topic=replay.images");

        ViewPair trained = pair(slot);
        assertThat(trained.getImageId()).isEqualTo(slot.path("image").asText());
        assertThat(trained.getRunSeed()).isEqualTo(3);
        assertThat(trained.getRecipe()).isEqualTo(slot.path("recipe").asText());
        assertThat(slot.path("recipe_text").asText()).isEqualTo(RECIPE);
        assertThat(slot.path("views").path(1).path("seed").asLong())
                .isEqualTo(trained.getSecond().getLineage().getSeed());
        assertThat(slot.path("views").path(0).path("crop").path("x").asInt())
                .isEqualTo(trained.getFirst().getLineage().getCrop().getX());
        assertThat(ImageIO.read(picture.toFile()).getWidth()).isGreaterThan(600);
        assertThat(uses.path("uses")).anySatisfy(use -> {
            assertThat(use.path("step").asInt()).isEqualTo(31);
            assertThat(use.path("slot").asInt()).isEqualTo(5);
        });
        assertThat(uses.path("uses").size())
                .as("one for each pass that was trained")
                .isBetween(PASSES - 1, PASSES);
    }

    /** The record that stands at the slot's origin. */
    private static ViewPair pair(JsonNode slot) throws Exception {
        for (ConsumerRecord<byte[], byte[]> record :
                RealBroker.read("replay.views.4").get(slot.path("partition").asInt())) {
            ViewPair pair = WireFormat.VIEW_PAIR.decode(record.value());
            if (pair.getPass() == slot.path("pass").asInt()
                    && pair.getOrigin().getOffset() == slot.path("offset").asLong()) {
                return pair;
            }
        }
        throw new AssertionError("No view was rendered from " + slot);
    }

    @Test
    void whatCannotBeReplayedIsSaidInOneSentence() {
        String checkpoints = "--checkpoints=" + folder.resolve("checkpoints");

        Command noCheckpoint = command(
                "replay",
                "--run=first",
                "--batches-topic=replay.batches",
                "--images-topic=replay.images",
                "--views-topic=replay.views.4",
                "--train",
                "--from-step=60",
                "--to-step=200",
                checkpoints);
        Command noRun = command("replay", "--run=third", "--batches-topic=replay.batches");
        Command otherSettings =
                command("train", "--replay=first", "--run=fourth", "--batch-size=16", checkpoints, "--threads=2");

        assertThat(noCheckpoint.exitCode()).isEqualTo(1);
        assertThat(noCheckpoint.errors())
                .startsWith("streamclr: There is no checkpoint of step 60 in ")
                .contains(", only of step 200, 150, 100, 50; take two of these, or train with a larger --keep");
        assertThat(noRun.errors())
                .startsWith("streamclr: Topic replay.batches names nothing of run third; it names first");
        assertThat(otherSettings.exitCode()).isEqualTo(2);
        assertThat(otherSettings.errors()).contains(" does not go with --replay, because run first decided that");
    }
}
