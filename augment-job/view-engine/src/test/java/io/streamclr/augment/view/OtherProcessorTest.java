package io.streamclr.augment.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An arm64 processor renders the bytes that every x86-64 one does. QEMU emulates it; Java for it comes from Debian's
 * packages into a folder of the test's own, or lies where {@code -Dstreamclr.arm64} says.
 */
@Tag("long")
class OtherProcessorTest {

    private static final String SYSTEM = System.getProperty("streamclr.arm64", "");

    private static final Path JDKS = Path.of("usr/lib/jvm");

    @Test
    void photographsHaveTheSameViewsOnAnEmulatedArm64Processor() throws Exception {
        Path emulator = onPath("qemu-aarch64-static");
        Path system = arm64System();

        assertThat(run(
                        emulator.toString(),
                        "-L",
                        system.toString(),
                        java(system).toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx512m",
                        "-Djava.awt.headless=true",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ThousandPhotographs.class.getName(),
                        "200",
                        "1"))
                .isEqualTo(SameBytesEverywhereTest.OF_TWO_HUNDRED);
    }

    /** A Debian for arm64 of which nothing was run, so that no right to emulate a whole system is needed; made once. */
    private static Path arm64System() throws Exception {
        if (!SYSTEM.isBlank()) {
            return Path.of(SYSTEM);
        }
        Path made = Path.of("target/arm64");
        if (!Files.exists(made)) {
            Path unfinished = Files.createTempDirectory(Path.of("target"), "arm64-");
            run(
                    onPath("mmdebstrap").toString(),
                    "--quiet",
                    "--variant=extract",
                    "--architectures=arm64",
                    "--include=default-jre-headless",
                    release(),
                    unfinished.toString());
            Files.move(unfinished, made);
        }
        return made.toAbsolutePath();
    }

    /** This machine's release of Debian, or else the stable one. */
    private static String release() throws IOException {
        List<String> words = Files.readAllLines(Path.of("/etc/os-release"));
        return words.contains("ID=debian")
                ? words.stream()
                        .filter(word -> word.startsWith("VERSION_CODENAME="))
                        .map(word -> word.substring(word.indexOf('=') + 1))
                        .findFirst()
                        .orElse("stable")
                : "stable";
    }

    private static Path java(Path system) throws IOException {
        try (Stream<Path> installed = Files.list(system.resolve(JDKS))) {
            return installed
                    .filter(jdk -> !Files.isSymbolicLink(jdk))
                    .map(jdk -> jdk.resolve("bin/java"))
                    .filter(Files::isRegularFile)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static Path onPath(String program) {
        Optional<Path> found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(place -> Path.of(place, program))
                .filter(Files::isExecutable)
                .findFirst();
        assumeTrue(
                found.isPresent(),
                program + " is not here, so no arm64 processor was emulated; on Debian: apt-get install mmdebstrap"
                        + " qemu-user-static");
        return found.get();
    }

    private static String run(String... command) throws Exception {
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as(String.join(" ", command)).isZero();
        return printed.strip();
    }
}
