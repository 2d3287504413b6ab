package io.streamclr.augment.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.streamclr.schemas.identity.ImageId;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The views of photographs (two hundred; a thousand in the long form) are the same bytes on every JDK, however it runs
 * the code: interpreted, compiled a little, compiled fully, without the vector instructions of newer processors, and on
 * one or many threads. Each case is a JVM of its own.
 *
 * <p>JDKs are looked for under {@code /usr/lib/jvm} and in the folders that {@code -Dstreamclr.jdks} names.
 */
class SameBytesEverywhereTest {

    /** Whoever changes these has changed every view: raise the version of the arithmetic with them. */
    private static final String OF_A_THOUSAND = "d140915d2336f8f9f9fd1962e15f5ad0";

    static final String OF_TWO_HUNDRED = "6ad5df0c0be8f2483374b1fb1f519575";

    private static final String OF_FORTY = "9f9cf94c1b643bb59ec8918adcbea796";

    private static final String WITHOUT_VECTORS = "-XX:-TieredCompilation -XX:UseAVX=0";

    /** A JDK, how it runs the code, and on how many threads. */
    static Stream<Arguments> machines() {
        return Stream.of("17", "25")
                .flatMap(jdk -> Stream.of(
                        Arguments.of(jdk, "-XX:+TieredCompilation", 1),
                        Arguments.of(jdk, "-XX:TieredStopAtLevel=1", 4),
                        Arguments.of(jdk, WITHOUT_VECTORS, 3)));
    }

    @ParameterizedTest(name = "JDK {0}, {1}, {2} threads")
    @MethodSource("machines")
    void photographsHaveTheSameViews(String version, String options, int threads) throws Exception {
        assertThat(digest(version, options, 200, threads)).isEqualTo(OF_TWO_HUNDRED);
    }

    @Tag("long")
    @ParameterizedTest(name = "JDK {0}, {1}, {2} threads")
    @MethodSource("machines")
    void aThousandPhotographsHaveTheSameViews(String version, String options, int threads) throws Exception {
        assertThat(digest(version, options, 1000, threads)).isEqualTo(OF_A_THOUSAND);
    }

    /** Fewer of them: the interpreter takes its time. */
    @ParameterizedTest(name = "JDK {0}")
    @CsvSource({"17", "25"})
    void theInterpreterDrawsWhatCompiledCodeDraws(String version) throws Exception {
        assertThat(digest(version, "-Xint", 40, 2)).isEqualTo(OF_FORTY);
    }

    @Test
    void aThousandPhotographsAreAThousandImages() throws Exception {
        Set<ImageId> ids = new HashSet<>();
        for (int number = 0; number < 1000; number++) {
            ids.add(ImageId.of(ThousandPhotographs.photograph(number)));
        }

        assertThat(ids).hasSize(1000);
    }

    private static String digest(String version, String options, int count, int threads) throws Exception {
        Optional<Path> jdk = jdk(version);
        assumeTrue(
                jdk.isPresent(),
                "No JDK " + version + " is installed here, so its views were not compared; install one under"
                        + " /usr/lib/jvm or name its folder with -Dstreamclr.jdks");
        List<String> command = new ArrayList<>();
        command.add(jdk.get().resolve("bin/java").toString());
        // Other processors do not know the options of this one.
        command.add("-XX:+IgnoreUnrecognizedVMOptions");
        command.addAll(Arrays.asList(options.split(" ")));
        command.addAll(List.of("-Xmx512m", "-Djava.awt.headless=true", "-cp", System.getProperty("java.class.path")));
        command.addAll(
                List.of(ThousandPhotographs.class.getName(), Integer.toString(count), Integer.toString(threads)));
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).isZero();
        return printed.strip();
    }

    /** The folder of an installed JDK of this version. */
    private static Optional<Path> jdk(String version) throws IOException {
        List<Path> folders = new ArrayList<>();
        String configured = System.getProperty("streamclr.jdks", "");
        Stream.of(configured.split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(Path::of)
                .forEach(folders::add);
        folders.add(Path.of(System.getProperty("java.home")));
        Path usual = Path.of("/usr/lib/jvm");
        if (Files.isDirectory(usual)) {
            try (Stream<Path> installed = Files.list(usual)) {
                installed.sorted().forEach(folders::add);
            }
        }
        for (Path folder : folders) {
            Path release = folder.resolve("release");
            if (Files.isRegularFile(release)
                    && Files.isExecutable(folder.resolve("bin/java"))
                    && feature(release).equals(version)) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }

    /** 25 of {@code JAVA_VERSION="25.0.3"}. */
    private static String feature(Path release) throws IOException {
        return Files.readAllLines(release).stream()
                .filter(line -> line.startsWith("JAVA_VERSION="))
                .map(line -> line.replaceAll("^JAVA_VERSION=\"([0-9]+).*", "$1"))
                .findFirst()
                .orElse("");
    }
}
