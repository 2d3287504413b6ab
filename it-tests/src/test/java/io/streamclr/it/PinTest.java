package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.streamclr.it.ContainerEngine.Ended;
import io.streamclr.process.port.ServerPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code infra/docker/pin} asks a real registry, and writes what it says into the files. */
class PinTest {

    private static final List<String> FILES = List.of("Dockerfile", "compose.yaml", "pin");

    /** As the files name them; the registry stands in for the public one. */
    private static final List<String> IMAGES = List.of(
            "library/eclipse-temurin:17.0.20_8-jdk-noble",
            "library/eclipse-temurin:17.0.20_8-jre-noble",
            "library/flink:2.2.1-java17",
            "apache/kafka:4.2.2",
            "prom/prometheus:v3.11.3",
            "grafana/grafana:12.3.2");

    @TempDir
    Path folder;

    private Process registry;
    private int port;

    @BeforeEach
    void startARegistry() throws Exception {
        for (String tool : List.of("skopeo", "docker-registry")) {
            assumeTrue(ContainerEngine.isThere(tool), "there is no " + tool + " here, a package of Debian");
        }
        for (String file : FILES) {
            Files.copy(DeploymentFiles.DOCKER.resolve(file), folder.resolve(file));
        }
        port = ServerPort.free();
        Path settings =
                Files.writeString(folder.resolve("registry.yaml"), """
                version: 0.1
                storage: {filesystem: {rootdirectory: %s}}
                http: {addr: "127.0.0.1:%d"}
                """.formatted(folder.resolve("registry"), port));
        registry = new ProcessBuilder("docker-registry", "serve", settings.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("registry.log").toFile())
                .start();
        Awaitility.await("the registry").atMost(Duration.ofMinutes(5)).until(() -> {
            assertThat(registry.isAlive()).isTrue();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return socket.isConnected();
            } catch (IOException notYet) {
                return false;
            }
        });
        Path settingsOfUser = Files.createDirectories(folder.resolve(".config/containers"));
        Files.writeString(settingsOfUser.resolve("registries.conf"), """
                [[registry]]
                prefix = "docker.io"
                location = "127.0.0.1:%d"
                insecure = true
                """.formatted(port));
    }

    @AfterEach
    void stopTheRegistry() {
        if (registry != null) {
            registry.destroyForcibly();
        }
    }

    @Test
    void everyImageOfOthersGetsTheDigestOfItsIndexAndTheNextRunRenewsIt() throws Exception {
        String first = publish("one", IMAGES);

        Ended pinned = pin();

        assertThat(pinned.code()).as(pinned.output()).isZero();
        assertThat(text("Dockerfile"))
                .contains("FROM --platform=$BUILDPLATFORM eclipse-temurin:17.0.20_8-jdk-noble@" + first + " AS jdk\n")
                .contains("FROM --platform=$TARGETPLATFORM eclipse-temurin:17.0.20_8-jre-noble@" + first + " AS jre\n")
                .contains("FROM --platform=$TARGETPLATFORM flink:2.2.1-java17@" + first + " AS flink\n")
                .contains("\nFROM --platform=$BUILDPLATFORM jdk AS build\n");
        assertThat(text("compose.yaml"))
                .contains("image: apache/kafka:4.2.2@" + first + "\n")
                .contains("image: grafana/grafana:12.3.2@" + first + "\n")
                .contains("image: streamclr/trainer:" + HelmChart.version() + "\n");
        String second = publish("two", IMAGES);
        assertThat(pin().code()).isZero();
        assertThat(text("Dockerfile").replace("@" + second, "")).isEqualTo(unpinned("Dockerfile"));
        assertThat(text("compose.yaml").replace("@" + second, "")).isEqualTo(unpinned("compose.yaml"));
    }

    @Test
    void nothingChangesWhereOneImageIsNotThere() throws Exception {
        publish("one", IMAGES.subList(0, 5));

        Ended pinned = pin();

        assertThat(pinned.code()).isEqualTo(1);
        assertThat(pinned.output())
                .contains("pin: no registry says what docker.io/grafana/grafana:12.3.2 is, so no file was changed");
        assertThat(text("Dockerfile")).isEqualTo(shipped("Dockerfile"));
        assertThat(text("compose.yaml")).isEqualTo(shipped("compose.yaml"));
    }

    private Ended pin() throws IOException {
        return ContainerEngine.run(
                List.of("env", "HOME=" + folder),
                List.of("sh", folder.resolve("pin").toString()));
    }

    /** Puts an image of two platforms into the registry under each name. @return the digest of its index */
    private String publish(String content, List<String> names) throws Exception {
        Path image = Files.createDirectories(folder.resolve(content));
        Path blobs = Files.createDirectories(image.resolve("blobs/sha256"));
        String platforms = "";
        for (String architecture : List.of("amd64", "arm64")) {
            String configuration = blob(
                    blobs,
                    "{\"architecture\":\"%s\",\"os\":\"linux\",\"author\":\"%s\",\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}"
                            .formatted(architecture, content));
            String manifest = blob(
                    blobs,
                    "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"config\":%s,\"layers\":[]}"
                            .formatted(
                                    descriptor(blobs, "application/vnd.oci.image.config.v1+json", configuration, "")));
            platforms += (platforms.isEmpty() ? "" : ",")
                    + descriptor(
                            blobs,
                            "application/vnd.oci.image.manifest.v1+json",
                            manifest,
                            ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}");
        }
        String index = blob(
                blobs,
                "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
                        + platforms + "]}");
        Files.writeString(image.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
        Files.writeString(
                image.resolve("index.json"),
                "{\"schemaVersion\":2,\"manifests\":["
                        + descriptor(blobs, "application/vnd.oci.image.index.v1+json", index, "") + "]}");
        for (String name : names) {
            ContainerEngine.run(
                            List.of("skopeo", "copy", "--all", "--dest-tls-verify=false", "oci:" + image),
                            List.of("docker://127.0.0.1:" + port + "/" + name))
                    .well();
        }
        return "sha256:" + index;
    }

    private static String descriptor(Path blobs, String type, String digest, String more) throws IOException {
        return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d%s}"
                .formatted(type, digest, Files.size(blobs.resolve(digest)), more);
    }

    private static String blob(Path blobs, String text) throws Exception {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        String digest =
                HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        Files.write(blobs.resolve(digest), bytes);
        return digest;
    }

    private String text(String file) throws IOException {
        return Files.readString(folder.resolve(file));
    }

    private static String unpinned(String file) throws IOException {
        return shipped(file).replaceAll("@sha256:[0-9a-f]{64}", "");
    }

    private static String shipped(String file) throws IOException {
        return Files.readString(DeploymentFiles.DOCKER.resolve(file));
    }
}
