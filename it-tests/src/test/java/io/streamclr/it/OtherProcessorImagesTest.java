package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.it.ContainerEngine.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The images for arm64, built on x86-64 without a right to emulate a whole system. Their Java is started by QEMU, which
 * emulates one process, so what a process starts in its turn is not seen here: no shell, and no trial of convolutions beside.
 */
@Tag("images")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtherProcessorImagesTest {

    private static final String EMULATOR = "qemu-aarch64-static";
    /** A folder of test classes in the view engine's module, which prints the digest of views of many photographs. */
    private static final Path PHOTOGRAPHS =
            DeploymentFiles.REPOSITORY.resolve("augment-job/view-engine/target/test-classes");

    private BuiltImages here;
    private BuiltImages images;

    @BeforeAll
    void build() throws Exception {
        images = BuiltImages.forArm64();
        here = BuiltImages.get();
    }

    @AfterAll
    void unmount() throws Exception {
        if (images != null) {
            images.unmount();
        }
    }

    Set<String> targets() {
        return images.names().keySet();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void itSaysThatItIsForArm64AndHasNoNativeLibraryForOthersAlone(String target) throws Exception {
        String image = images.names().get(target);
        JsonNode said = images.inspected(image);
        Path root = images.mounted(image);

        assertThat(said.path("Os").asText() + "/" + said.path("Architecture").asText())
                .isEqualTo("linux/arm64");
        NativeLibraries.assertFor(NativeLibraries.AARCH64, root, ImagesTest.OF_OURS);
        String java = Path.of(java(target)).getParent().toString().substring(1);
        NativeLibraries.assertFor(NativeLibraries.AARCH64, root, List.of(java));
    }

    /** But for what is of another processor, they are the images of this one. */
    @ParameterizedTest
    @MethodSource("targets")
    void itHasTheFilesOfTheImageForThisProcessor(String target) throws Exception {
        assertThat(ours(images, target)).isNotEmpty().isEqualTo(ours(here, target));
    }

    private static List<String> ours(BuiltImages images, String target) throws IOException {
        Path root = images.mounted(images.names().get(target));
        List<String> files = new ArrayList<>();
        for (String folder : ImagesTest.OF_OURS) {
            if (Files.isDirectory(root.resolve(folder))) {
                try (Stream<Path> all = Files.walk(root.resolve(folder))) {
                    all.map(file -> rights(root, file).replaceAll("linux-(x86_64|aarch64)", "linux-PROCESSOR"))
                            .forEach(files::add);
                }
            }
        }
        files.sort(null);
        return files;
    }

    private static String rights(Path root, Path file) {
        try {
            Map<String, Object> owner = Files.readAttributes(file, "unix:uid,gid");
            return root.relativize(file) + " " + owner.get("uid") + ":" + owner.get("gid") + " "
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }

    /** Of the trainer without {@code train}, which a guard starts as a second process. */
    @ParameterizedTest
    @ValueSource(strings = {"ingest", "streamclr", "trainer"})
    void itsOwnEntryPointSaysHowItIsUsed(String target) throws Exception {
        List<String> entry = DeploymentFiles.texts(
                images.inspected(images.names().get(target)).path("Config").path("Entrypoint"));
        assertThat(entry.get(0)).isEqualTo("java");
        List<String> words = new ArrayList<>(entry.subList(1, entry.size()));
        words.remove("train");
        words.add("--help");

        Ended help = emulated(target, List.of(), words).well();

        assertThat(help.output()).contains("Usage: ").doesNotContain("WARN", "Exception");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {
                "ingest io.streamclr.ingest.IngestMain /opt/streamclr/lib/*",
                "streamclr io.streamclr.console.Console /opt/streamclr/lib/*",
                "trainer io.streamclr.console.Console /opt/streamclr/lib/*",
                "augment-job io.streamclr.augment.AugmentMain /opt/flink/usrlib/*:/opt/flink/lib/*",
                "embed-job io.streamclr.embed.EmbedMain /opt/flink/lib/*"
            })
    void itSaysOfWhichCommitItIs(String target, String program, String classPath) throws Exception {
        Ended version = emulated(target, List.of(), List.of("-cp", classPath, program, "--version"))
                .well();

        assertThat(version.output()).contains("streamclr 0.", "(commit 0123456)");
    }

    /**
     * The program that a trainer starts beside itself to try convolutions in 32 and in 16 bits, started by itself; it ends with
     * its standard input.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = ' ',
            value = {"trainer /opt/streamclr/lib/*", "embed-job /opt/flink/lib/*"})
    void pyTorchComputesConvolutionsAndTheirGradients(String target, String classPath) throws Exception {
        Ended tried = emulated(
                        target,
                        List.of("-i", "-e", "ENGINE_CACHE_DIR=/tmp/engine"),
                        List.of(
                                "-Duser.home=/tmp",
                                "-cp",
                                classPath,
                                "io.streamclr.trainer.torch.ConvolutionTrial",
                                "FULL",
                                "1",
                                "8,8,3,1,8,8,4,6",
                                "8,16,1,2,8,8,4,6",
                                "16,16,3,1,8,8,4,15"))
                .well();

        assertThat(tried.output()).contains("convolutions are right");
    }

    /** As Flink's start asks by its own classes, for the settings of the image. */
    @ParameterizedTest
    @ValueSource(strings = {"augment-job", "embed-job"})
    void flinkReadsItsSettingsAndSaysHowMuchMemoryATaskManagerHas(String target) throws Exception {
        Ended sizes = emulated(
                        target,
                        List.of(),
                        List.of(
                                "-cp",
                                "/opt/flink/lib/*",
                                "org.apache.flink.runtime.util.bash.BashJavaUtils",
                                "GET_TM_RESOURCE_PARAMS",
                                "--configDir",
                                "/opt/flink/conf"))
                .well();

        assertThat(sizes.output()).containsPattern("BASH_JAVA_UTILS_EXEC_RESULT:-Xmx\\d+ -Xms\\d+");
    }

    @Test
    void photographsHaveTheSameViewsAsOnThisProcessor() throws Exception {
        assumeTrue(Files.isDirectory(PHOTOGRAPHS), PHOTOGRAPHS + " is not there; './mvnw test-compile' builds it");
        List<String> mount = List.of("-v", PHOTOGRAPHS + ":/photographs:ro");
        List<String> words = List.of(
                "-cp",
                "/photographs:/opt/flink/usrlib/*:/opt/flink/lib/*",
                "io.streamclr.augment.view.ThousandPhotographs",
                "60",
                "1");

        String there = digest(emulated("augment-job", mount, words));

        List<String> all = new ArrayList<>(ImagesTest.LOCKED_DOWN);
        all.addAll(mount);
        all.addAll(List.of("--entrypoint", "java", here.names().get("augment-job")));
        all.addAll(words);
        assertThat(there).hasSize(32).isEqualTo(digest(here.engine().run(all)));
    }

    private static String digest(Ended ended) {
        return ended.well().output().strip().lines().reduce("", (before, line) -> line);
    }

    @Test
    void theyAreNoLargerThanTheyMustBe() throws Exception {
        ImagesTest.assertNoLargerThanTheyMustBe(images, Path.of("target/images-arm64.txt"));
    }

    /**
     * Runs Java in a container as whoever lets nothing through would, by the emulator.
     *
     * @param options of the container
     * @param words what Java takes
     */
    private Ended emulated(String target, List<String> options, List<String> words) throws IOException {
        List<String> all = new ArrayList<>(ImagesTest.LOCKED_DOWN);
        all.addAll(options);
        all.addAll(List.of("--timeout=600", "--platform=linux/arm64", "--pull=never"));
        all.addAll(List.of("-v", emulator() + ":/emulator:ro", "--entrypoint", "/emulator"));
        // Emulated, what compiles best takes longer than it saves.
        all.addAll(List.of(images.names().get(target), java(target), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        all.addAll(words);
        return images.engine().run(all);
    }

    private static Path emulator() {
        Optional<Path> found = Arrays.stream(System.getenv("PATH").split(":", -1))
                .map(folder -> Path.of(folder, EMULATOR))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(
                found.isPresent(), EMULATOR + " is not here, a package of Debian, so no image for arm64 was started");
        return found.orElseThrow();
    }

    /** Where it lies in the image. */
    private String java(String target) throws IOException {
        Path root = images.mounted(images.names().get(target));
        String published = "/opt/java/openjdk/bin/java";
        return Files.exists(root.resolve(published.substring(1)))
                ? published
                : "/usr/lib/jvm/java-17-openjdk-arm64/bin/java";
    }
}
