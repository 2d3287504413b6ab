package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ./mvnw} needs a JDK and a shell's own programs: the images are built from a base that has no {@code unzip}. What
 * it unpacks here is a Maven of one class, which says what it was asked for.
 */
class MavenWrapperTest {

    private static final List<String> PROGRAMS =
            List.of("sh", "uname", "dirname", "basename", "tr", "cat", "sha256sum", "which", "expr", "readlink");
    private static final String LAUNCHER = "org/codehaus/plexus/classworlds/launcher/Launcher";

    @TempDir
    Path folder;

    @BeforeEach
    void copyTheWrapper() throws IOException {
        Files.copy(DeploymentFiles.REPOSITORY.resolve("mvnw"), folder.resolve("mvnw"));
        Path own = Files.createDirectories(folder.resolve(".mvn/wrapper"));
        Files.copy(
                DeploymentFiles.REPOSITORY.resolve(".mvn/wrapper/maven-wrapper.jar"), own.resolve("maven-wrapper.jar"));
    }

    @Test
    void itUnpacksTheZipThatItsSumIsOfWithoutUnzip() throws Exception {
        byte[] maven = maven();
        configure(maven, sha256(maven));

        assertThat(run()).endsWith("asked for [-B, package]\n");
    }

    @Test
    void itRefusesAZipOfAnotherSum() throws Exception {
        configure(maven(), sha256("another".getBytes(StandardCharsets.UTF_8)));

        assertThat(run()).contains("SHA-256").doesNotContain("asked for");
    }

    /** The settings of the repository, but for the place of the zip and its sum. */
    private void configure(byte[] zip, String sum) throws IOException {
        Path file = Files.write(folder.resolve("apache-maven-1.0-bin.zip"), zip);
        String settings = Files.readString(DeploymentFiles.REPOSITORY.resolve(".mvn/wrapper/maven-wrapper.properties"));
        Files.writeString(
                folder.resolve(".mvn/wrapper/maven-wrapper.properties"),
                settings.replaceAll("(?m)^distributionUrl=.*$", "distributionUrl=" + file.toUri())
                        .replaceAll("(?m)^distributionSha256Sum=.*$", "distributionSha256Sum=" + sum));
    }

    private String run() throws Exception {
        Path programs = Files.createDirectories(folder.resolve("bin"));
        for (String program : PROGRAMS) {
            for (String place : List.of("/usr/bin", "/bin")) {
                Path there = Path.of(place, program);
                if (Files.exists(there) && !Files.exists(programs.resolve(program))) {
                    Files.createSymbolicLink(programs.resolve(program), there);
                }
            }
        }
        ProcessBuilder wrapper = new ProcessBuilder(folder.resolve("mvnw").toString(), "-B", "package")
                .redirectErrorStream(true)
                .directory(folder.toFile());
        wrapper.environment().clear();
        wrapper.environment()
                .putAll(Map.of(
                        "PATH", programs.toString(),
                        "JAVA_HOME", System.getProperty("java.home"),
                        "HOME", folder.toString(),
                        "MAVEN_USER_HOME", folder.resolve("home").toString()));
        String said = new String(wrapper.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        for (String program : PROGRAMS) {
            Files.deleteIfExists(programs.resolve(program)); // JUnit warns of links that it deletes
        }
        return said;
    }

    private byte[] maven() throws IOException {
        Path source = folder.resolve("Launcher.java");
        Files.writeString(source, """
                package org.codehaus.plexus.classworlds.launcher;
                public class Launcher {
                    public static void main(String[] arguments) {
                        System.out.println("asked for " + java.util.List.of(arguments));
                    }
                }
                """);
        ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", folder.toString(), source.toString());
        Path jar = folder.resolve("launcher.jar");
        zip(jar, LAUNCHER + ".class", Files.readAllBytes(folder.resolve(LAUNCHER + ".class")));
        Path all = folder.resolve("maven.zip");
        zip(all, "apache-maven-1.0/boot/plexus-classworlds-1.0.jar", Files.readAllBytes(jar));
        return Files.readAllBytes(all);
    }

    private static void zip(Path file, String name, byte[] content) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content);
        }
    }

    private static String sha256(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }
}
