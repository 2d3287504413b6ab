package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.it.ContainerEngine.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The whole system of compose.yaml on this machine, in the built images: commands, environments, volumes, users and rights as
 * the file has them, but a small network and a small batch, and a few partitions for it.
 */
@Tag("images")
class ComposedImagesTest {

    private static final int IMAGES = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    /** A trainer waits two seconds for a partition that has too few views, and most of 24 would have. */
    private static final Map<String, String> SMALL = Map.of("24", "2", "256", "8");

    /** Whether or not the JVM says so; who is killed after the time of grace has 137. */
    private static final List<Integer> ENDED_BY_SIGTERM = List.of(0, 143);

    /** Or 1445, of which a byte is left, where Flink's JobManager has closed before Java ends: its status UNKNOWN. */
    private static final List<Integer> JOB_MANAGER_ENDED_BY_SIGTERM = List.of(0, 143, 1445 % 256);

    private static final Pattern GOES_ON = Pattern.compile("training begins run=first step=[1-9]");

    @TempDir
    Path folder;

    @ParameterizedTest(name = "as user {0}")
    @ValueSource(strings = {"", "20001:0"})
    void picturesBecomeAnEncoderAndEmbeddingsAndAStopLosesNothing(String user) throws Exception {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        Pictures.write(pictures, IMAGES, 32);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        BuiltImages images = BuiltImages.get();
        try (ComposedContainers system =
                new ComposedContainers(images, "streamclr-test", user, Map.of("IMAGES", pictures.toString()))) {
            system.start("kafka", Map.of());
            system.awaitHealthy("kafka");
            system.runToItsEnd("topics", SMALL);
            system.runToItsEnd("ingest", Map.of());

            system.start("jobmanager", Map.of());
            system.start("taskmanager", Map.of());
            system.awaitHealthy("jobmanager");
            system.awaitHealthy("taskmanager");
            awaitRecords(system, "views", "taskmanager");
            JsonNode verified = verified(system);
            assertThat(verified.path("compared").asInt()).isEqualTo(IMAGES);
            assertThat(verified.path("different").asInt()).isZero();

            train(system);
            embedByHand(system, pictures);
            embed(system);

            assertThat(system.stop("taskmanager")).isIn(ENDED_BY_SIGTERM);
            assertThat(system.stop("jobmanager")).isIn(JOB_MANAGER_ENDED_BY_SIGTERM);
        }
    }

    private static JsonNode verified(ComposedContainers system) throws Exception {
        return lastJson(system.console(
                "views",
                "verify",
                "--bootstrap-server",
                "kafka:9092",
                "--count",
                "100",
                "--recipe",
                "cifar",
                "--json"));
    }

    /** Trains until SIGTERM comes, which leaves a checkpoint of the last whole step, from which the next start goes on. */
    private static void train(ComposedContainers system) throws Exception {
        system.start(
                "trainer",
                SMALL,
                "--threads",
                "1",
                "--width",
                "0.125",
                "--block",
                "1",
                "--memory",
                "fifo",
                "--updates",
                "2",
                "--save-every",
                "100000");
        system.awaitHealthy("trainer");
        Path run = system.volume("trainer").resolve("runs/first");
        awaitFrom(
                system,
                "trainer",
                "two steps",
                () -> system.figure("trainer", 9400, "streamclr_trainer_step_seconds_count") >= 2);

        assertThat(system.stop("trainer")).as(system.log("trainer")).isIn(ENDED_BY_SIGTERM);

        List<Path> checkpoints = checkpoints(run);
        assertThat(checkpoints).isNotEmpty().allSatisfy(each -> assertThat(each.resolve("encoder.pt"))
                .exists());
        system.startAgain("trainer");
        awaitFrom(system, "trainer", "the run goes on", () -> GOES_ON.matcher(system.log("trainer"))
                .find());

        assertThat(system.stop("trainer")).as(system.log("trainer")).isIn(ENDED_BY_SIGTERM);
    }

    private static List<Path> checkpoints(Path run) throws IOException {
        try (Stream<Path> files = Files.list(run)) {
            return files.filter(file -> file.getFileName().toString().matches("step-\\d+"))
                    .toList();
        }
    }

    /** The command line has PyTorch in the trainer's image alone, and elsewhere says so. */
    private static void embedByHand(ComposedContainers system, Path pictures) throws Exception {
        List<String> command = List.of(
                "embed", "--encoder", "/var/lib/streamclr/runs/first", "--out", "/tmp/rows.npy", pictures.toString());

        Ended without = system.ofTrainer("streamclr", pictures, command);
        Ended with = system.ofTrainer("trainer", pictures, command);

        assertThat(without.code()).as(without.output()).isEqualTo(1);
        assertThat(without.output()).contains("run the same command with the image streamclr/trainer");
        assertThat(with.code()).as(with.output()).isZero();
    }

    /** The profile {@code embed} reads the trainer's volume, as another user, and gives every image a vector. */
    private static void embed(ComposedContainers system) throws Exception {
        system.start("embed-jobmanager", Map.of());
        system.start("embed-taskmanager", Map.of());
        system.awaitHealthy("embed-jobmanager");
        system.awaitHealthy("embed-taskmanager");
        awaitRecords(system, "embeddings", "embed-taskmanager");

        assertThat(system.stop("embed-taskmanager")).isIn(ENDED_BY_SIGTERM);
        assertThat(system.stop("embed-jobmanager")).isIn(JOB_MANAGER_ENDED_BY_SIGTERM);
    }

    /** As many as images are there, while who writes them is alive. */
    private static void awaitRecords(ComposedContainers system, String topic, String writer) {
        awaitFrom(
                system,
                writer,
                topic,
                () -> lastJson(system.console("topics", "list", "--bootstrap-server", "kafka:9092", "--json"))
                                .path(topic)
                                .path("records")
                                .asLong()
                        >= IMAGES);
    }

    /** Waits for what a service brings about, while it is alive. */
    private static void awaitFrom(ComposedContainers system, String name, String what, Callable<Boolean> condition) {
        Awaitility.await(what)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    assertThat(system.isRunning(name)).as(system.log(name)).isTrue();
                    return condition.call();
                });
    }

    private static JsonNode lastJson(Ended ended) throws Exception {
        return DeploymentFiles.JSON.readTree(
                ended.output().lines().reduce("", (before, line) -> line.startsWith("{") ? line : before));
    }
}
