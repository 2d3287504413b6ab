package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * buildah and podman over a storage of their own, so that what tests build is not among the images of this machine. It is kept
 * for the next run, which then builds what changed.
 */
final class ContainerEngine {

    /** Sandboxes let nobody raise their limits, as podman does by itself; and no systemd is there to ask about health. */
    private static final List<String> HERE =
            List.of("--ulimit", "nofile=4096:4096", "--ulimit", "nproc=4096:4096", "--no-healthcheck");

    private final Path storage;
    private final String driver;
    private final List<String> runtime;

    private ContainerEngine(Path storage, String driver, List<String> runtime) {
        this.storage = storage;
        this.driver = driver;
        this.runtime = runtime;
    }

    /** @param output of both kinds */
    record Ended(int code, String output) {

        Ended well() {
            assertThat(code).as(output).isZero();
            return this;
        }
    }

    /** Aborts the test that asks, with the reason, where there is no engine that works. */
    static ContainerEngine open() throws IOException {
        for (String tool : List.of("buildah", "podman")) {
            assumeTrue(
                    isThere(tool), "images are built by buildah and run by podman, and there is no " + tool + " here");
        }
        assumeTrue(
                "root".equals(System.getProperty("user.name")),
                "images are built in a chroot, which root alone may make; run this as root");
        Path storage =
                Files.createDirectories(Path.of(System.getProperty("images.storage", "/var/tmp/streamclr-images"))
                        .toAbsolutePath());
        Files.createDirectories(storage.resolve("net"));
        FileChannel.open(storage.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)
                .lock(); // until this JVM ends
        return new ContainerEngine(
                storage, Optional.ofNullable(System.getenv("STORAGE_DRIVER")).orElse("overlay"), List.of());
    }

    /** This one, or with another runtime; aborts the test that asks where neither can run a container of an image. */
    ContainerEngine thatRuns(String image) throws IOException {
        List<List<String>> runtimes = new ArrayList<>(List.of(List.of()));
        if (isThere("runc")) {
            runtimes.add(List.of("--runtime", "runc"));
        }
        String words = "";
        for (List<String> each : runtimes) {
            ContainerEngine engine = new ContainerEngine(storage, driver, each);
            Ended tried = engine.run(List.of("--rm", "--network", "none", "--entrypoint", "true", image));
            if (tried.code() == 0) {
                return engine;
            }
            words = tried.output();
        }
        return abort("podman starts no container here: " + words.strip());
    }

    static boolean isThere(String tool) {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    /** A folder for scratch, beside the images. */
    Path scratch(String name) throws IOException {
        return Files.createDirectories(storage.resolve("scratch").resolve(name));
    }

    /** The words with which a shell script calls buildah. */
    List<String> buildah() {
        return List.of(
                "buildah",
                "--root",
                storage.resolve("root").toString(),
                "--runroot",
                storage.resolve("run").toString(),
                "--storage-driver",
                driver);
    }

    Ended buildah(String... arguments) throws IOException {
        return run(buildah(), Arrays.asList(arguments));
    }

    /** {@code podman run}, with what a sandbox of its own needs. */
    Ended run(List<String> arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("run"));
        all.addAll(HERE);
        all.addAll(arguments);
        return podman(all.toArray(String[]::new));
    }

    Ended podman(String... arguments) throws IOException {
        List<String> program = new ArrayList<>(buildah());
        program.set(0, "podman");
        program.addAll(List.of(
                "--cgroup-manager",
                "cgroupfs",
                "--network-config-dir",
                storage.resolve("net").toString()));
        program.addAll(runtime);
        return run(program, Arrays.asList(arguments));
    }

    /** Runs any program. */
    static Ended run(List<String> program, List<String> arguments) throws IOException {
        List<String> words = new ArrayList<>(program);
        words.addAll(arguments);
        Path output = Files.createTempFile("engine", ".out");
        try {
            ProcessBuilder process = new ProcessBuilder(words)
                    .directory(DeploymentFiles.REPOSITORY.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            process.environment().put("BUILDAH_ISOLATION", "chroot");
            int code = process.start().waitFor();
            return new Ended(code, Files.readString(output));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped while " + words.get(0) + " was at work", stopped);
        } finally {
            Files.delete(output);
        }
    }
}
