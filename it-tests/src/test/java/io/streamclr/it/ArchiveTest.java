package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.streamclr.process.version.Build;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of {@code -Prelease}, unpacked into a folder with spaces in its name, under a runtime without a compiler. */
class ArchiveTest {

    /** What a JDK has for developers and a JRE has not. */
    private static final Set<String> OF_A_JDK_ALONE = Set.of(
            "jdk.attach",
            "jdk.compiler",
            "jdk.hotspot.agent",
            "jdk.internal.ed",
            "jdk.internal.jvmstat",
            "jdk.internal.le",
            "jdk.internal.opt",
            "jdk.jartool",
            "jdk.javadoc",
            "jdk.jcmd",
            "jdk.jconsole",
            "jdk.jdeps",
            "jdk.jdi",
            "jdk.jlink",
            "jdk.jpackage",
            "jdk.jshell",
            "jdk.jstatd",
            "jdk.rmic",
            "jdk.editpad");

    @TempDir
    private static Path folder;

    private static Path runtime;
    private static Path unpacked;

    @BeforeAll
    static void unpack() throws Exception {
        String processor = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
        String platform = (System.getProperty("os.name").startsWith("Mac") ? "osx-" : "linux-") + processor;
        Path archive = DeploymentFiles.REPOSITORY.resolve(
                "infra/local/target/streamclr-" + Build.here().version() + "-" + platform + ".tar.gz");
        assumeTrue(Files.exists(archive), "no archive was made; './mvnw -Prelease verify' makes and tests it");
        Path jdk = Path.of(System.getProperty("java.home"));
        Path jlink = jdk.resolve("bin/jlink");
        assumeTrue(Files.exists(jlink) && Files.isDirectory(jdk.resolve("jmods")), "this JDK cannot make a JRE");

        runtime = folder.resolve("runtime");
        run(List.of(jlink.toString(), "--add-modules", modulesOfAJre(jdk), "--output", runtime.toString()));
        Path place = Files.createDirectory(folder.resolve("a place with spaces"));
        run(List.of("tar", "-xzf", archive.toString(), "-C", place.toString()));
        unpacked = place.resolve("streamclr-" + Build.here().version());
        try (Stream<Path> all = Files.walk(unpacked)) {
            for (Path file : all.toList()) {
                Set<PosixFilePermission> rights = Files.getPosixFilePermissions(file);
                rights.remove(PosixFilePermission.OWNER_WRITE);
                Files.setPosixFilePermissions(file, rights);
            }
        }
    }

    @Test
    void itsFilesHaveTheRightsThatAnyAccountCanUse() throws Exception {
        try (Stream<Path> all = Files.walk(unpacked)) {
            assertThat(all.map(ArchiveTest::rights).distinct())
                    .as("folders and the launcher, and everything else")
                    .containsExactlyInAnyOrder("r-xr-xr-x", "r--r--r--");
        }
    }

    @Test
    void theWholeSystemLearnsFromAnotherFolderWithARuntimeThatHasNoCompiler() throws Exception {
        Pictures.write(folder.resolve("pictures"), 300, 32);
        TreeMap<String, Long> before = files();

        String version = run(command("--version"));
        String demo = run(command(
                "demo",
                "--data",
                folder.resolve("pictures").toString(),
                "--minutes",
                "1",
                "--threads",
                "1",
                "--no-page",
                "--home",
                folder.resolve("a home").toString()));

        assertThat(runtime.resolve("bin/javac")).doesNotExist();
        assertThat(version)
                .startsWith("streamclr " + Build.here().version())
                .contains(Build.here().commit());
        assertThat(demo).contains("trained encoder").containsPattern("[1-9][0-9,]* pairs in [1-9]");
        assertThat(files()).as("nothing is written beside it").isEqualTo(before);
    }

    private static TreeMap<String, Long> files() throws IOException {
        TreeMap<String, Long> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(unpacked)) {
            for (Path file : all.toList()) {
                files.put(
                        unpacked.relativize(file).toString(),
                        Files.getLastModifiedTime(file).toMillis());
            }
        }
        return files;
    }

    private static String rights(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static String modulesOfAJre(Path jdk) throws Exception {
        String listed = run(List.of(jdk.resolve("bin/java").toString(), "--list-modules"));
        return String.join(
                ",",
                Arrays.stream(listed.split("\n", -1))
                        .map(line -> line.replaceFirst("@.*", "").strip())
                        .filter(name -> !name.isEmpty() && !OF_A_JDK_ALONE.contains(name))
                        .toList());
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of("env", "-i", "PATH=/usr/bin:/bin"));
        command.add("JAVA_HOME=" + runtime);
        command.add("HOME=" + folder);
        command.add("/bin/sh");
        command.add(unpacked.resolve("streamclr").toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static String run(List<String> command) throws Exception {
        Path printed = Files.createTempFile(folder, "printed", "");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile())
                .directory(folder.toFile())
                .start();
        int exitCode = process.waitFor();
        String text = Files.readString(printed, StandardCharsets.UTF_8);
        assertThat(exitCode).as(text).isZero();
        return text;
    }
}
