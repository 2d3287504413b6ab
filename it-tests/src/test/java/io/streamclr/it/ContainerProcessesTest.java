package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.local.broker.LocalBroker;
import io.streamclr.process.port.ServerPort;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the images run, as processes: the entry points of the Dockerfile with the commands of the compose file, over the
 * jars that the Dockerfile copies. The job runs on Flink processes that do not have its classes, as they do not in the
 * image, so that its decoders and Kafka's client live in a class loader of their own.
 */
class ContainerProcessesTest {

    /** One file of each format that the JDK cannot read, of the decoders' own tests. */
    private static final List<String> PICTURES = List.of(
            "lossy.webp", "cmyk.psd", "radiance.hdr", "grey.pgm", "cmyk-adobe.jpg", "lzw-alpha.tiff", "masks-565.bmp");

    private static final Pattern LAID_OUT = Pattern.compile("--from=build /image/([^/]+)/([^/ ]+)/? ");

    private static Dockerfile dockerfile;
    private static JsonNode services;

    @TempDir
    Path folder;

    private final List<OwnJvm> started = new ArrayList<>();

    @BeforeAll
    static void readTheFiles() throws Exception {
        dockerfile = Dockerfile.read(DeploymentFiles.DOCKER.resolve("Dockerfile"));
        services = DeploymentFiles.documents(DeploymentFiles.DOCKER.resolve("compose.yaml"))
                .get(0)
                .path("services");
    }

    @AfterEach
    void endTheProcesses() {
        started.forEach(OwnJvm::kill);
    }

    @Test
    void theirProcessesTurnPicturesIntoAnEncoder() throws Exception {
        Path pictures = Files.createDirectories(folder.resolve("pictures"));
        for (String picture : PICTURES) {
            Files.copy(
                    DeploymentFiles.REPOSITORY.resolve(
                            "augment-job/view-engine/src/test/resources/odd-images/" + picture),
                    pictures.resolve(picture));
        }
        Pictures.write(pictures, 9, 32);
        int images = PICTURES.size() + 9;
        try (LocalBroker broker = LocalBroker.start(folder.resolve("broker"));
                Topics topics = Topics.at(KafkaConnection.to(broker.bootstrapServers()))) {
            String address = broker.bootstrapServers();
            // A trainer waits two seconds for a partition that has too few views, and most of 24 would have.
            awaitGoodEnd(process("streamclr", "topics", address, List.of("24=2")));
            awaitGoodEnd(process("ingest", "ingest", address, List.of("/images=" + pictures)));

            startTheJob(address);
            // Ends of transactions have offsets, too.
            assertThat(held(topics, Topic.IMAGES)).isGreaterThan(images);
            Awaitility.await().atMost(Duration.ofMinutes(5)).until(() -> {
                assertThat(started).allSatisfy(process -> assertThat(process.isAlive() || process.exitCode() == 0)
                        .as(process::lastWords)
                        .isTrue());
                assertThat(held(topics, Topic.IMAGES_REJECTED)).isZero();
                return held(topics, Topic.VIEWS) >= images;
            });
            Command verified = Command.run(
                    "views", "verify", "--bootstrap-server", address, "--count", "100", "--recipe", "cifar", "--json");

            assertThat(verified.lastLine())
                    .isEqualTo("{\"compared\":" + images + ",\"different\":0,\"undecodable\":0}");

            OwnJvm trainer = process(
                    "trainer",
                    "trainer",
                    address,
                    List.of("/var/lib/streamclr/runs=" + folder.resolve("runs"), "256=8", "9400=0"),
                    "--steps",
                    "4",
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
                    "--page-port",
                    "0",
                    "--probe-data",
                    labelled().toString(),
                    "--probe-every",
                    "1");
            awaitGoodEnd(trainer);

            assertThat(folder.resolve("runs/first/step-00000004/encoder.pt")).exists();
            assertThat(Files.readString(folder.resolve("trainer.out")))
                    .contains("http://127.0.0.1:")
                    .doesNotContain(" ERROR ");
            assertThat(Files.readString(folder.resolve("runs/first/metrics.jsonl")))
                    .as("what the probes found")
                    .contains("held_out_knn");
        }
    }

    /** Thirty images of two classes, as CIFAR-10 comes. */
    private Path labelled() throws IOException {
        byte[] records = new byte[30 * 3073];
        for (int i = 0; i < records.length; i++) {
            records[i] = (byte) (i % 3073 == 0 ? i / 3073 % 2 : i * 31);
        }
        return Files.write(folder.resolve("test_batch.bin"), records);
    }

    /** JobManager and TaskManager with the job's jars in a folder of their own, as the image's usrlib. */
    private void startTheJob(String address) throws Exception {
        Path usrlib = Files.createDirectories(folder.resolve("usrlib"));
        for (Path jar : layout("augment-job")) {
            String name = jar.getParent().endsWith("target")
                    ? "augment-job.jar"
                    : jar.getFileName().toString();
            Files.copy(jar, usrlib.resolve(name));
        }
        List<String> command = command("jobmanager", address, List.of());
        assertThat(command.subList(0, 2)).containsExactly("standalone-job", "--job-classname");
        int rpcPort = ServerPort.free();
        int restPort = ServerPort.free();
        Path configuration = configuration("jobmanager", rpcPort, restPort);
        List<String> arguments = new ArrayList<>(List.of(configuration.toString(), usrlib.toString()));
        arguments.addAll(command.subList(2, command.size()));
        String flinkAlone = FlinkCluster.classPathWithout(usrlib);
        List<String> forFlink = List.of(DeploymentFiles.documents(DeploymentFiles.DOCKER.resolve("flink.yaml"))
                .get(0)
                .path("env.java.opts.all")
                .asText()
                .split(" ", -1));
        started.add(OwnJvm.start(
                folder.resolve("jobmanager.out"), forFlink, flinkAlone, ApplicationCluster.class.getName(), arguments));
        started.add(
                FlinkCluster.taskManager(configuration("taskmanager", rpcPort, restPort), "one", forFlink, flinkAlone));
    }

    /** A folder with Flink's settings of a service, as the image's entry point leaves them. */
    private Path configuration(String service, int rpcPort, int restPort) throws Exception {
        Path settings = FlinkCluster.configuration(
                folder.resolve("flink-" + service), 2, rpcPort, restPort, "parallelism.default: 2");
        Map<String, String> over = FlinkEntryPoint.settings(services.path(service));
        over.keySet().removeIf(key -> key.endsWith(".port")); // of a container alone; here they may be taken
        over.replaceAll((key, value) -> value.equals("jobmanager") ? "127.0.0.1" : value);
        FlinkEntryPoint.write(settings, over);
        return settings;
    }

    /**
     * Starts what an image's entry point and a service's command say.
     *
     * @param instead {@code word=other}: what stands in the command and what is used here
     */
    private OwnJvm process(String image, String service, String address, List<String> instead, String... more)
            throws Exception {
        List<String> words = new ArrayList<>(
                dockerfile.effective(image, "ENTRYPOINT").orElseThrow().words());
        assertThat(words.remove(0)).isEqualTo("java");
        words.remove("-Duser.home=/var/lib/streamclr");
        int program = words.indexOf("-cp") + 2;
        assertThat(words.get(program - 1)).isEqualTo("/opt/streamclr/lib/*");
        List<String> arguments = new ArrayList<>(words.subList(program + 1, words.size()));
        String mainClass = words.get(program);
        words.subList(program - 2, words.size()).clear();
        words.replaceAll(word -> word.replace("/opt/streamclr/logback.xml", DeploymentFiles.DOCKER + "/logback.xml"));
        arguments.addAll(command(service, address, instead));
        arguments.addAll(List.of(more));
        OwnJvm process = OwnJvm.start(
                folder.resolve(service + ".out"),
                words,
                layout(image).stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                mainClass,
                arguments);
        started.add(process);
        return process;
    }

    private static List<String> command(String service, String address, List<String> instead) {
        List<String> command = DeploymentFiles.texts(services.path(service).path("command"));
        command.replaceAll(word -> word.equals("kafka:9092") ? address : word);
        for (String pair : instead) {
            String[] both = pair.split("=", 2);
            command.replaceAll(word -> word.equals(both[0]) ? both[1] : word);
        }
        return command;
    }

    /** The jars that an image's stage, and those that it is built on, copy from what the build lays out. */
    private static List<Path> layout(String image) throws IOException {
        List<Path> jars = new ArrayList<>();
        for (String stage = image;
                dockerfile.stages().containsKey(stage);
                stage = dockerfile.stages().get(stage).base()) {
            for (Dockerfile.Instruction copy : dockerfile.stages().get(stage).instructions()) {
                Matcher laidOut = LAID_OUT.matcher(copy.arguments());
                if (copy.name().equals("COPY") && laidOut.lookingAt()) {
                    jars.addAll(laidOut(laidOut.group(1), laidOut.group(2)));
                }
            }
        }
        assertThat(jars)
                .as("jars of " + image + "; './mvnw package' builds them")
                .isNotEmpty();
        return jars.stream().distinct().toList();
    }

    /** As {@code infra/docker/build} does. */
    private static List<Path> laidOut(String name, String kind) throws IOException {
        Path target = DeploymentFiles.REPOSITORY
                .resolve(name.equals("console") ? "infra/console" : name)
                .resolve("target");
        try (Stream<Path> application = Files.list(target.resolve("application"));
                Stream<Path> own = Files.list(target)) {
            return switch (kind) {
                case "own", "augment-job.jar", "embed-job.jar" ->
                    own.filter(file -> file.getFileName().toString().matches(name + "-.*\\.jar"))
                            .toList();
                case "native" ->
                    application.filter(ContainerProcessesTest::isNative).toList();
                case "libraries" -> application.filter(jar -> !isNative(jar)).toList();
                default -> List.of();
            };
        }
    }

    private static boolean isNative(Path jar) {
        return jar.getFileName().toString().matches("pytorch-(native|jni)-.*");
    }

    private static void awaitGoodEnd(OwnJvm process) throws InterruptedException {
        process.awaitEnd(Duration.ofMinutes(3));
        assertThat(process.exitCode()).as(process.lastWords()).isZero();
    }

    private static long held(Topics topics, Topic topic) {
        return topics.end(topic.defaultName()).values().stream()
                .mapToLong(end -> end)
                .sum();
    }
}
