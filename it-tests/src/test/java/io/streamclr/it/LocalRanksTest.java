package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.console.Console;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.trainer.encoder.SavedSteps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code streamclr train --ranks N}: ranks that one command starts, as a person types it. */
@ExtendWith(RealBroker.class)
class LocalRanksTest {

    private static final Duration PATIENCE = Duration.ofMinutes(4);
    private static final int IMAGES = 960;

    @TempDir
    Path folder;

    @BeforeAll
    static void renderViews() throws Exception {
        RealBroker.create(Topic.IMAGES, "ranks.images", 4);
        RealBroker.create(Topic.VIEWS, "ranks.views", 4);
        RealBroker.create(Topic.IMAGES_REJECTED, "ranks.rejected", 4);
        RealBroker.create(Topic.BATCHES, "ranks.batches", 1);
        RealBroker.create(Topic.ENCODERS, "ranks.encoders", 1);
        SentImages.allGood(RealBroker.connection(), "ranks.images", 4, IMAGES, 8);
        SmallSystem.render(RealBroker.connection(), "ranks.images", "ranks.views", "ranks.rejected");
    }

    private OwnJvm train(String run, int batch, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "train",
                "--bootstrap-server",
                RealBroker.address(),
                "--run",
                run,
                "--checkpoints",
                folder.toString(),
                "--views-topic",
                "ranks.views",
                "--batches-topic",
                "ranks.batches",
                "--encoders-topic",
                "ranks.encoders",
                "--batch-size",
                Integer.toString(batch),
                "--block",
                "2",
                "--width",
                "0.0625",
                "--stem",
                "small2",
                "--head-output",
                "16",
                "--threads",
                "1"));
        arguments.addAll(List.of(more));
        return OwnJvm.start(folder.resolve(run + ".out"), List.of("-Xmx512m"), Console.class.getName(), arguments);
    }

    private static JsonNode replay(String run, String... more) throws Exception {
        String[] usual = {
            "replay",
            "--run",
            run,
            "--bootstrap-server",
            RealBroker.address(),
            "--views-topic",
            "ranks.views",
            "--batches-topic",
            "ranks.batches",
            "--images-topic",
            "ranks.images",
            "--json"
        };
        Command replay =
                Command.run(Stream.concat(Stream.of(usual), Stream.of(more)).toArray(String[]::new));
        assertThat(replay.errors()).isEmpty();
        return new ObjectMapper().readTree(replay.lastLine());
    }

    @Test
    void fourTrainAllImagesOnceAndWhatTheyTrainedIsReplayedToTheBit() throws Exception {
        OwnJvm ranks = train("four", 24, "--ranks", "4", "--steps", "40", "--json");
        ranks.awaitEnd(PATIENCE);

        assertThat(ranks.exitCode()).as(ranks.lastWords()).isZero();
        assertThat(Files.readAllLines(folder.resolve("four.out")))
                .filteredOn(line -> line.startsWith("{"))
                .singleElement()
                .satisfies(line -> assertThat(
                                new ObjectMapper().readTree(line).path("pairs").asInt())
                        .isEqualTo(IMAGES));
        Map<String, Integer> trained = new java.util.HashMap<>();
        Ledger ledger = new Ledger(RealBroker.connection());
        Ledger.Views views = ledger.views("ranks.views");
        for (String name : List.of("four", "four/1", "four/2", "four/3")) {
            ledger.trained(ledger.steps("ranks.batches", name), views, 6, 2)
                    .forEach((image, times) -> trained.merge(image, times, Integer::sum));
        }
        assertThat(trained).hasSize(IMAGES).values().allMatch(times -> times == 1);
        JsonNode replayed = replay("four", "--train", "--to-step", "40", "--checkpoints", folder.toString());
        assertThat(replayed.path("ranks").asInt()).isEqualTo(4);
        assertThat(replayed.path("batches").asInt()).isEqualTo(160);
        assertThat(replayed.path("differing").asInt()).isZero();
        assertThat(replayed.path("weights_differing").asInt()).isZero();
        assertThat(replay("four/3").path("batches").asInt()).isEqualTo(40);
        String image =
                trace("four/3", "--step", "7", "--slot", "5").path("image").asText();
        assertThat(trace("four", "--image", image).path("uses"))
                .singleElement()
                .satisfies(use -> assertThat(use.path("run").asText()).isEqualTo("four/3"))
                .satisfies(use -> assertThat(use.path("step").asInt()).isEqualTo(7))
                .satisfies(use -> assertThat(use.path("slot").asInt()).isEqualTo(5));
    }

    private static JsonNode trace(String run, String... more) throws Exception {
        String[] usual = {
            "lineage",
            "--run",
            run,
            "--bootstrap-server",
            RealBroker.address(),
            "--batches-topic",
            "ranks.batches",
            "--images-topic",
            "ranks.images",
            "--json"
        };
        Command lineage =
                Command.run(Stream.concat(Stream.of(usual), Stream.of(more)).toArray(String[]::new));
        assertThat(lineage.errors()).isEmpty();
        return new ObjectMapper().readTree(lineage.lastLine());
    }

    @Test
    void whoStopsTheCommandStopsAllOfThemWithACheckpoint() throws Exception {
        OwnJvm ranks = train("stopped", 24, "--ranks", "2", "--save-every", "5");
        Path first = folder.resolve("stopped").resolve("step-00000005");
        ranks.await(() -> Files.exists(first));

        ranks.askToEnd();
        ranks.awaitEnd(PATIENCE);

        assertThat(ranks.lastWords()).doesNotContain("Exception");
        JsonNode replayed = replay("stopped");
        long trained = SavedSteps.in(folder.resolve("stopped")).get(0);
        assertThat(replayed.path("ranks").asInt()).isEqualTo(2);
        assertThat(replayed.path("to_step").asLong()).isGreaterThanOrEqualTo(trained);
        assertThat(replayed.path("differing").asInt()).isZero();
    }

    @Test
    void whatIsForOneProcessIsRefusedInASentence() throws Exception {
        assertThat(Command.run("train", "--ranks", "2", "--delete-consumed-views"))
                .returns(2, Command::exitCode)
                .extracting(Command::errors)
                .asString()
                .contains("--delete-consumed-views is for a run of one process, and there are to be several ranks");
        assertThat(Command.run("train", "--ranks", "0"))
                .returns(2, Command::exitCode)
                .extracting(Command::errors)
                .asString()
                .contains("--ranks is 0, but a run has 1 to 1024 of them");
        OwnJvm odd = train("odd", 25, "--ranks", "2");
        odd.awaitEnd(PATIENCE);
        assertThat(odd.exitCode()).isEqualTo(2);
        assertThat(odd.lastWords()).contains("--batch-size is 25, and 2 ranks cannot have equal parts");
    }
}
