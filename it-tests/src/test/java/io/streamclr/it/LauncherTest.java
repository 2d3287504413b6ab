package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.process.version.Build;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./streamclr} in a copy of the checkout: only what was built, no sources, in a folder with spaces in its name. */
class LauncherTest {

    private static final Path CHECKOUT = DeploymentFiles.REPOSITORY;
    private static final List<String> MODULES = List.of(
            "schemas",
            "process",
            "augment-job/view-engine",
            "ingest",
            "image-stream",
            "augment-job",
            "embed-job",
            "trainer/encoder-engine",
            "trainer",
            "infra/console",
            "infra/local");
    private static final String VERSION = "io/streamclr/process/version/build.properties";

    @TempDir
    Path folder;

    private Path copy;

    @BeforeEach
    void copyWhatWasBuilt() throws IOException {
        copy = folder.resolve("a copy");
        assertThat(CHECKOUT.resolve("infra/local/target/libraries"))
                .as("'./mvnw package' makes it")
                .exists();
        copy(Path.of("streamclr"));
        copy(Path.of("pom.xml"));
        for (String module : MODULES) {
            try (Stream<Path> files = Files.walk(CHECKOUT.resolve(module).resolve("target/classes"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    copy(CHECKOUT.relativize(file));
                }
            }
        }
        copy(Path.of("infra/local/target/libraries"));
    }

    @Test
    void aCopyRunsItsOwnClassesAndNotThoseOfTheCheckoutThatItComesFromAlsoThroughLinks() throws Exception {
        Path version = copy.resolve("process/target/classes").resolve(VERSION);
        Files.writeString(version, Files.readString(version).replaceFirst("(?m)^version=.*$", "version=of-the-copy"));
        Path links = Files.createDirectories(folder.resolve("bin"));
        Files.createSymbolicLink(links.resolve("second"), Path.of("../a copy/streamclr"));
        Files.createSymbolicLink(links.resolve("first"), links.resolve("second"));

        assertThat(run(links.resolve("first"), List.of(), "--version")).startsWith("streamclr of-the-copy ");
    }

    @Test
    void aCopyOnAMachineWithoutTheLibrariesBuildsAnew() throws Exception {
        Files.writeString(copy.resolve("infra/local/target/libraries"), "/nowhere/avro.jar:/nowhere/logback.jar");
        Files.writeString(copy.resolve("mvnw"), "#!/bin/sh\necho built with: \"$@\"\nexit 1\n");
        assertThat(copy.resolve("mvnw").toFile().setExecutable(true)).isTrue();

        assertThat(run(copy.resolve("streamclr"), List.of(), "--version"))
                .contains("streamclr: building", "built with: -q -B", "streamclr: the build failed");
    }

    @Test
    void aReleaseRunsItsJarsFromAFolderThatCannotBeWrittenTo() throws Exception {
        Path release = Files.createDirectories(folder.resolve("a release"));
        Path lib = Files.createDirectories(release.resolve("lib"));
        Files.copy(CHECKOUT.resolve("streamclr"), release.resolve("streamclr"));
        int number = 0;
        for (String jar : Files.readString(CHECKOUT.resolve("infra/local/target/libraries"))
                .split(File.pathSeparator, -1)) {
            Files.createSymbolicLink(lib.resolve(number++ + ".jar"), Path.of(jar));
        }
        for (String module : MODULES) {
            Path jar = Path.of(
                    "target", Path.of(module).getFileName() + "-" + Build.here().version() + ".jar");
            Files.createSymbolicLink(
                    lib.resolve(number++ + ".jar"), CHECKOUT.resolve(module).resolve(jar));
        }
        assertThat(lib.toFile().setWritable(false)).isTrue();
        assertThat(release.toFile().setWritable(false)).isTrue();
        try {
            assertThat(run(release.resolve("streamclr"), List.of(), "--version"))
                    .startsWith("streamclr " + Build.here().version());
        } finally {
            assertThat(release.toFile().setWritable(true)).isTrue();
            assertThat(lib.toFile().setWritable(true)).isTrue();
            try (Stream<Path> links = Files.list(lib)) {
                for (Path link : links.toList()) {
                    Files.delete(link); // JUnit warns of links that it deletes
                }
            }
        }
    }

    @Test
    void aMacWithAnIntelProcessorIsToldSo() throws Exception {
        Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, """
                #!/bin/sh
                cat >&2 <<END
                    java.specification.version = 17
                    os.arch = x86_64
                    os.name = Mac OS X
                END
                """);
        assertThat(java.toFile().setExecutable(true)).isTrue();

        assertThat(run(copy.resolve("streamclr"), List.of("JAVA_HOME=" + folder.resolve("jdk")), "demo"))
                .startsWith("streamclr: PyTorch has no library for Macs with Intel processors;")
                .hasLineCount(1);
    }

    @Test
    void withoutADriverTheLibraryForCardsIsLeftAndWhatIsMissingIsNamedWhereSomethingIsComputed() throws Exception {
        Assumptions.assumeFalse(
                Files.exists(Path.of("/proc/driver/nvidia/version")), "this machine has the driver of a card");
        Path cuda = Files.createDirectories(copy.resolve("trainer/target/cuda"));
        Files.createFile(cuda.resolve("libtorch_cuda.so"));
        Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, """
                #!/bin/sh
                case "$*" in
                  *-version) echo "    java.specification.version = 17" >&2 ;;
                  *) echo "libraries: ${PYTORCH_LIBRARY_PATH:-usual}" ;;
                esac
                """);
        assertThat(java.toFile().setExecutable(true)).isTrue();
        String home = "JAVA_HOME=" + folder.resolve("jdk");

        assertThat(run(copy.resolve("streamclr"), List.of(home), "train"))
                .isEqualTo(
                        "streamclr: no NVIDIA driver is loaded here (/proc/driver/nvidia/version is missing), so PyTorch"
                                + " computes on the processor; a card needs driver 550 or newer, and a container the card\n"
                                + "libraries: usual\n");
        assertThat(run(copy.resolve("streamclr"), List.of(home), "topics")).isEqualTo("libraries: usual\n");
        assertThat(run(copy.resolve("streamclr"), List.of(home, "PYTORCH_LIBRARY_PATH=/own"), "train"))
                .isEqualTo("libraries: /own\n");
    }

    @Test
    void onlyCommandsThatSayOrLookUpSomethingRunWithTheFirstCompilerAloneAndTheUsersOptionsComeAfterThat()
            throws Exception {
        Path java = Files.createDirectories(folder.resolve("jdk/bin")).resolve("java");
        Files.writeString(java, """
                #!/bin/sh
                case "$*" in
                  -XshowSettings*) echo "    java.specification.version = 17" >&2 ;;
                  *) echo "${*%% -XX:+UseParallelGC*}" ;;
                esac
                """);
        assertThat(java.toFile().setExecutable(true)).isTrue();
        List<String> own = List.of("JAVA_HOME=" + folder.resolve("jdk"), "STREAMCLR_OPTS=-Xmx1g");
        Path launcher = copy.resolve("streamclr");

        for (List<String> brief :
                List.of(List.of("topics", "create"), List.of("--version"), List.of("train", "--help"))) {
            assertThat(run(launcher, own, brief.toArray(String[]::new)))
                    .as("%s", brief)
                    .isEqualTo("-XX:TieredStopAtLevel=1 -Xmx1g\n");
        }
        for (List<String> longer : List.of(List.of("train"), List.of("--config", "f", "train"), List.of("demo"))) {
            assertThat(run(launcher, own, longer.toArray(String[]::new)))
                    .as("%s", longer)
                    .isEqualTo("-Xmx1g\n");
        }
    }

    private void copy(Path file) throws IOException {
        Path to = copy.resolve(file);
        Files.createDirectories(to.getParent());
        Files.copy(CHECKOUT.resolve(file), to, StandardCopyOption.COPY_ATTRIBUTES);
    }

    /** What it prints, run by the plainest shell there is. */
    private String run(Path launcher, List<String> environment, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("env", "JAVA_HOME=" + System.getProperty("java.home")));
        command.addAll(environment);
        command.add(Files.exists(Path.of("/bin/dash")) ? "/bin/dash" : "/bin/sh");
        command.add(launcher.toString());
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .directory(folder.toFile())
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
