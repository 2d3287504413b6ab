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
import java.util.concurrent.TimeUnit;
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

    private OwnJvm train(String run, String... more) throws Exception {
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
                "24",
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
        OwnJvm ranks = train("four", "--ranks", "4", "--steps", "40", "--json");
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

    /** One of them is killed, then the command that started them, and at last it is asked to stop. */
    @Test
    void theyEndTogetherWhicheverIsKilledAndGoOnWhereTheyWere() throws Exception {
        OwnJvm killed = atWork(5);
        List<ProcessHandle> ranks = ranks(killed);
        ranks.get(1).destroyForcibly();
        killed.awaitEnd(PATIENCE);
        assertThat(killed.exitCode()).isNotZero();
        assertThat(killed.lastWords()).contains(" ended: ").contains("start all ranks again");
        awaitEnd(ranks);

        OwnJvm orphaned = atWork(10);
        ranks = ranks(orphaned);
        starter(orphaned).destroyForcibly();
        orphaned.awaitEnd(PATIENCE);
        assertThat(orphaned.exitCode()).isNotZero();
        awaitEnd(ranks);

        OwnJvm stopped = atWork(15);
        stopped.askToEnd();
        stopped.awaitEnd(PATIENCE);
        assertThat(stopped.lastWords()).doesNotContain("Exception");
        JsonNode replayed = replay("together");
        assertThat(replayed.path("ranks").asInt()).isEqualTo(2);
        assertThat(replayed.path("to_step").asLong())
                .isGreaterThanOrEqualTo(
                        SavedSteps.in(folder.resolve("together")).get(0));
        assertThat(replayed.path("differing").asInt()).isZero();
    }

    /** Two ranks, once they have saved a step from this one on. */
    private OwnJvm atWork(long step) throws Exception {
        OwnJvm ranks = train("together", "--ranks", "2", "--save-every", "5");
        Path run = folder.resolve("together");
        ranks.await(() -> Files.exists(run) && SavedSteps.in(run).stream().anyMatch(saved -> saved >= step));
        return ranks;
    }

    /** The process that starts the ranks: the one that was started guards it. */
    private static ProcessHandle starter(OwnJvm guard) {
        return guard.handle().children().findFirst().orElseThrow();
    }

    private static List<ProcessHandle> ranks(OwnJvm guard) {
        List<ProcessHandle> ranks = starter(guard).children().toList();
        assertThat(ranks).hasSize(2);
        return ranks;
    }

    private static void awaitEnd(List<ProcessHandle> ranks) throws Exception {
        for (ProcessHandle rank : ranks) {
            rank.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
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
    }
}
