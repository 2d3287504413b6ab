package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ai.djl.util.Utils;
import io.streamclr.process.port.ServerPort;
import io.streamclr.schemas.topic.Topic;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the image of the job that embeds runs, as processes: Flink's, with the job's jars beside Flink's own. */
@ExtendWith(RealBroker.class)
class EmbedProcessesTest {

    private static final int PARTITIONS = 2;

    @TempDir
    Path folder;

    private final List<OwnJvm> started = new ArrayList<>();

    @AfterEach
    void endTheProcesses() {
        started.forEach(OwnJvm::kill);
    }

    @Test
    @Tag("long")
    void aTaskManagerThatOutlivesItsJobManagerEmbedsForTheNextOne() throws Exception {
        createTopics();
        new TinyEncoders(RealBroker.connection(), "beside.encoders", folder.resolve("checkpoints"), 28)
                .publish(1, Map.of());
        Path configuration = FlinkCluster.configuration(
                folder.resolve("flink"), 2, ServerPort.free(), ServerPort.free(), "parallelism.default: 2");
        String classPath = classPathOfTheImage();

        RealBroker.sendPictures("beside.images", 0, 10, PARTITIONS);
        OwnJvm jobManager = startJobManager(configuration, classPath);
        OwnJvm taskManager = FlinkCluster.taskManager(configuration, "one", asInANewContainer(), classPath);
        started.add(taskManager);
        awaitEmbeddings(10);

        jobManager.kill();
        started.remove(jobManager);
        RealBroker.sendPictures("beside.images", 10, 10, PARTITIONS);
        startJobManager(configuration, classPath);
        awaitEmbeddings(20);

        assertThat(taskManager.isAlive()).isTrue();
    }

    private static void createTopics() {
        RealBroker.create(Topic.IMAGES, "beside.images", PARTITIONS);
        RealBroker.create(Topic.IMAGES_REJECTED, "beside.rejects", PARTITIONS);
        RealBroker.create(Topic.ENCODERS, "beside.encoders", 1);
        RealBroker.create(Topic.EMBEDDINGS, "beside.embeddings", PARTITIONS);
        RealBroker.create(Topic.EMBEDDINGS_ENCODERS, "beside.embeddings.encoders", 1);
    }

    private OwnJvm startJobManager(Path configuration, String classPath) throws Exception {
        List<String> command =
                DeploymentFiles.texts(DeploymentFiles.documents(DeploymentFiles.DOCKER.resolve("compose.yaml"))
                        .get(0)
                        .path("services")
                        .path("embed-jobmanager")
                        .path("command"));
        assertThat(command.subList(0, 2)).containsExactly("standalone-job", "--job-classname");
        command.replaceAll(word -> switch (word) {
            case "kafka:9092" -> RealBroker.connection().bootstrapServers();
            case "/var/lib/flink/encoders" -> folder.resolve("shelf").toString();
            default -> word;
        });
        List<String> arguments = new ArrayList<>(
                List.of(configuration.toString(), folder.resolve("no-usrlib").toString()));
        arguments.addAll(command.subList(2, command.size()));
        arguments.addAll(List.of("--images-topic", "beside.images", "--rejects-topic", "beside.rejects"));
        arguments.addAll(List.of("--encoders-topic", "beside.encoders", "--embeddings-topic", "beside.embeddings"));
        OwnJvm jobManager = OwnJvm.start(
                folder.resolve("jobmanager" + System.nanoTime() + ".out"),
                forFlink(),
                classPath,
                ApplicationCluster.class.getName(),
                arguments);
        started.add(jobManager);
        return jobManager;
    }

    /** With a home of its own, where no verdict on convolutions is kept: a process over the same jars has to try them. */
    private List<String> asInANewContainer() throws Exception {
        List<String> options = new ArrayList<>(forFlink());
        options.add("-Duser.home=" + folder);
        options.add("-DENGINE_CACHE_DIR=" + Utils.getEngineCacheDir());
        return options;
    }

    private static List<String> forFlink() throws Exception {
        return List.of(DeploymentFiles.documents(DeploymentFiles.DOCKER.resolve("flink.yaml"))
                .get(0)
                .path("env.java.opts.all")
                .asText()
                .split(" ", -1));
    }

    /** The image's folder lib: what the build made of the job, and Flink. */
    private static String classPathOfTheImage() throws Exception {
        Path built = DeploymentFiles.REPOSITORY.resolve("embed-job/target");
        List<String> jars = new ArrayList<>();
        for (Path lib : List.of(built.resolve("application"), built)) {
            try (Stream<Path> files = Files.list(lib)) {
                jars.addAll(files.map(Path::toString)
                        .filter(file -> file.endsWith(".jar"))
                        .toList());
            }
        }
        assertThat(jars).as("'./mvnw package' builds them").hasSizeGreaterThan(10);
        return Stream.concat(jars.stream(), Stream.of(FlinkCluster.classPathWithout(built.resolve("application"))))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private void awaitEmbeddings(int count) {
        await().atMost(Duration.ofMinutes(5)).until(() -> {
            assertThat(started)
                    .allSatisfy(process ->
                            assertThat(process.isAlive()).as(process::lastWords).isTrue());
            return new EmbeddingLedger(RealBroker.connection())
                            .embeddings("beside.embeddings", PARTITIONS)
                            .all()
                            .size()
                    >= count;
        });
    }
}
