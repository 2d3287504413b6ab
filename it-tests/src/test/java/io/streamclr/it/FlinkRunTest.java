package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.process.port.ServerPort;
import io.streamclr.schemas.topic.Topic;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The jar for a Flink cluster of one's own, with the commands that docs/operations.md has. */
@ExtendWith(RealBroker.class)
class FlinkRunTest {

    private static final Path JAR = DeploymentFiles.REPOSITORY.resolve("augment-job/target/flink/augment-job.jar");
    private static final int PARTITIONS = 2;
    private static final List<String> JOB = List.of(
            JAR.toString(),
            "--recipe",
            "cifar,size=8",
            "--follow",
            "--checkpoint-interval",
            "1",
            "--images-topic",
            "run.images",
            "--views-topic",
            "run.views",
            "--rejects-topic",
            "run.rejects");

    @TempDir
    Path folder;

    @BeforeAll
    static void theJarIsBuilt() {
        assertThat(JAR).as("'./mvnw package' builds it").exists();
    }

    @Test
    void aClusterRunsTheJarAndGoesOnWithTwiceAsManySubtasksFromASavepoint() throws Exception {
        RealBroker.create(Topic.IMAGES, "run.images", PARTITIONS);
        RealBroker.create(Topic.VIEWS, "run.views", PARTITIONS);
        RealBroker.create(Topic.IMAGES_REJECTED, "run.rejects", PARTITIONS);
        RealBroker.sendPictures("run.images", 0, 20, PARTITIONS);
        try (Shell flink = Shell.start(folder)) {
            List<String> run = new ArrayList<>(JOB);
            run.addAll(List.of("--bootstrap-server", RealBroker.address()));

            String first = id("JobID ([0-9a-f]{32})", flink.run(with(List.of("run", "-d", "-p", "1"), run)));
            awaitViews(20);
            String savepoint = id(
                    "Path: (file:\\S+)",
                    flink.run(List.of(
                            "stop", "--savepointPath", folder.resolve("saved").toString(), first)));
            RealBroker.sendPictures("run.images", 20, 10, PARTITIONS);
            flink.run(with(List.of("run", "-d", "-p", "2", "-s", savepoint), run));

            awaitViews(30);
        }
        assertThat(origins()).hasSize(30).doesNotHaveDuplicates();
    }

    @Test
    void itHoldsNothingOfFlinksOwnNorSignaturesAndNamesEveryServiceOfItsLibraries() throws Exception {
        try (JarFile jar = new JarFile(JAR.toFile());
                Stream<Path> libraries =
                        Files.list(DeploymentFiles.REPOSITORY.resolve("augment-job/target/application"))) {
            List<String> names = jar.stream().map(JarEntry::getName).toList();
            assertThat(names)
                    .noneMatch(name -> name.matches("META-INF/[^/]+\\.(SF|DSA|RSA)|.*module-info\\.class"))
                    .noneMatch(name -> name.startsWith("org/apache/flink/runtime/")
                            || name.startsWith("org/slf4j/")
                            || name.startsWith("ch/qos/"));
            for (Path library : libraries
                    .filter(each -> !each.toString().contains("flink-metrics"))
                    .toList()) {
                assertThat(services(jar)).containsAll(services(library));
            }
        }
    }

    private static Set<String> services(Path library) throws IOException {
        try (JarFile jar = new JarFile(library.toFile())) {
            return services(jar);
        }
    }

    /** Every {@code service: class} that a jar offers. */
    private static Set<String> services(JarFile jar) throws IOException {
        Set<String> all = new TreeSet<>();
        for (JarEntry entry : jar.stream().toList()) {
            if (entry.getName().matches("META-INF/services/[^/]+")) {
                new String(jar.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .map(line -> line.replaceFirst("#.*", "").strip())
                        .filter(line -> !line.isEmpty())
                        .forEach(line -> all.add(entry.getName() + ": " + line));
            }
        }
        return all;
    }

    private static List<String> with(List<String> first, List<String> then) {
        return Stream.concat(first.stream(), then.stream()).toList();
    }

    private static String id(String pattern, String output) {
        Matcher found = Pattern.compile(pattern).matcher(output);
        assertThat(found.find()).as(output).isTrue();
        return found.group(1);
    }

    private static void awaitViews(int images) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> origins().size() >= images);
    }

    private static List<String> origins() {
        return RealBroker.read("run.views").values().stream()
                .flatMap(List::stream)
                .map(record -> new String(record.key(), StandardCharsets.UTF_8))
                .collect(Collectors.toList());
    }

    /** Flink's cluster and its command line in a JVM that has no class of ours. */
    private record Shell(Process process, BufferedReader output) implements AutoCloseable {

        static Shell start(Path folder) throws Exception {
            Path configuration = FlinkCluster.configuration(
                    folder.resolve("flink"),
                    2,
                    ServerPort.free(),
                    ServerPort.free(),
                    "classloader.resolve-order: child-first");
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx400m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dlogback.configurationFile=" + DeploymentFiles.DOCKER.resolve("logback.xml")));
            command.addAll(List.of(DeploymentFiles.documents(DeploymentFiles.DOCKER.resolve("flink.yaml"))
                    .get(0)
                    .path("env.java.opts.all")
                    .asText()
                    .split(" ", -1)));
            command.addAll(List.of(
                    "-cp",
                    FlinkCluster.classPathWithout(DeploymentFiles.REPOSITORY.resolve("augment-job/target/application")),
                    FlinkShell.class.getName(),
                    configuration.toString()));
            Process process = new ProcessBuilder(command)
                    .redirectError(folder.resolve("flink.log").toFile())
                    .directory(folder.toFile())
                    .start();
            return new Shell(process, process.inputReader(StandardCharsets.UTF_8));
        }

        /** Runs one command of Flink's to its good end, and returns what it has printed. */
        String run(List<String> words) throws IOException {
            process.outputWriter(StandardCharsets.UTF_8)
                    .append(String.join("\t", words))
                    .append('\n')
                    .flush();
            StringBuilder printed = new StringBuilder();
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith("exit ")) {
                    assertThat(line).as(printed.toString()).isEqualTo("exit 0");
                    return printed.toString();
                }
                printed.append(line).append('\n');
            }
            throw new AssertionError("Flink's command line ended: " + printed);
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }
}
