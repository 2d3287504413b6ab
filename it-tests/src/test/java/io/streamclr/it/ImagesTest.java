package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.it.ContainerEngine.Ended;
import io.streamclr.process.version.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is in the built images, how large they are, and that each runs without rights and as any user. */
@Tag("images")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ImagesTest {

    /**
     * As whoever lets nothing through would start it: the folder for scratch is all that it may write to, and the user is
     * not in the image's list, as with Docker; podman would add it.
     */
    static final List<String> LOCKED_DOWN = List.of(
            "--rm",
            "--network=none",
            "--user=20001:0",
            "--passwd=false",
            "--cap-drop=all",
            "--security-opt=no-new-privileges",
            "--read-only",
            "--read-only-tmpfs=false",
            "--tmpfs=/tmp:exec,mode=1777");

    /** Where libraries lie that are not of the base's system. */
    static final List<String> OF_OURS = List.of("opt/streamclr", "opt/flink");

    private static final String JOB =
            "java -cp '/opt/flink/usrlib/*:/opt/flink/lib/*' io.streamclr.%sMain --version; touch /opt/flink/conf/x";

    /** Compressed, as they are pulled, in MB. */
    private static final Map<String, Integer> TARGETS = Map.of("ingest", 250, "streamclr", 250, "trainer", 700);

    /** What of that is the base's, in MB; a stand-in has another size than the published one. */
    private static final int BASE = 105;

    private BuiltImages images;

    @BeforeAll
    void build() throws Exception {
        images = BuiltImages.get();
    }

    Set<String> targets() {
        return images.names().keySet();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void theLabelsSayWhatItIs(String target) throws Exception {
        JsonNode configuration = images.inspected(images.names().get(target)).path("Config");
        JsonNode labels = configuration.path("Labels");
        JsonNode composed = DeploymentFiles.documents(DeploymentFiles.DOCKER.resolve("compose.yaml"))
                .get(0)
                .path("services")
                .path("topics");

        assertThat(configuration.path("User").asText()).isIn("10001:10001", "9999:9999");
        assertThat(labels.path("org.opencontainers.image.title").asText()).startsWith("StreamCLR");
        assertThat(labels.path("org.opencontainers.image.revision").asText()).isEqualTo(BuiltImages.REVISION);
        assertThat(labels.path("org.opencontainers.image.licenses").asText()).isEqualTo("Apache-2.0");
        assertThat(composed.path("image").asText())
                .endsWith(":" + labels.path("org.opencontainers.image.version").asText());
        assertThat(Files.readString(DeploymentFiles.REPOSITORY.resolve("pom.xml")))
                .contains("<home.url>"
                        + labels.path("org.opencontainers.image.source").asText() + "</home.url>");
    }

    /** As {@code --user=20001:0} below may write there; what is above belongs to root as in the base. */
    @ParameterizedTest
    @MethodSource("targets")
    void theFoldersToWriteToAreTheUsersAndThoseOfGroup0(String target) throws Exception {
        Path root = images.mounted(images.names().get(target));
        String user = target.endsWith("-job") ? "flink" : "streamclr";
        List<String> folders = new ArrayList<>(List.of("var/lib/" + user));
        if (target.equals("embed-job")) {
            folders.add("opt/flink/engine");
        }
        Map<String, Object> var = Files.readAttributes(root.resolve("var/lib"), "unix:uid,gid,permissions");

        assertThat(var.get("uid") + ":" + var.get("gid")).isEqualTo("0:0");
        for (String folder : folders) {
            Map<String, Object> rights = Files.readAttributes(root.resolve(folder), "unix:uid,gid,permissions");
            assertThat(rights.get("uid") + ":" + rights.get("gid"))
                    .as(folder)
                    .isEqualTo((user.equals("flink") ? "9999" : "10001") + ":0");
            assertThat(rights.get("permissions")).as(folder).isEqualTo(PosixFilePermissions.fromString("rwxrwxr-x"));
        }
        assertThat(var.get("permissions")).isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void noNativeLibraryIsForOtherProcessorsAlone(String target) throws Exception {
        assumeTrue(
                "amd64".equals(System.getProperty("os.arch")), "what libraries are for was looked at on x86-64 alone");

        NativeLibraries.assertFor(
                NativeLibraries.X86_64, images.mounted(images.names().get(target)), OF_OURS);
    }

    @ParameterizedTest
    @MethodSource("targets")
    void licencesAndABillOfMaterialsAreInIt(String target) throws Exception {
        Path root = images.mounted(images.names().get(target));
        Path licenses = root.resolve("opt/streamclr/licenses");
        Set<String> billed = new TreeSet<>();
        for (JsonNode library : DeploymentFiles.JSON
                .readTree(licenses.resolve("bom.json").toFile())
                .path("components")) {
            billed.add(library.path("name").asText() + "-"
                    + library.path("version").asText());
        }
        List<String> libraries = new ArrayList<>(libraries(root, target));
        libraries.removeAll(libraries(images.mounted(images.baseOf(target)), target));

        assertThat(licenses.resolve("LICENSE")).hasSameTextualContentAs(DeploymentFiles.REPOSITORY.resolve("LICENSE"));
        try (Stream<Path> texts = Files.walk(licenses.resolve("third-party"))) {
            assertThat(texts.filter(Files::isRegularFile)).hasSizeGreaterThan(20);
        }
        assertThat(libraries).hasSizeGreaterThan(20).isSubsetOf(billed);
    }

    /** The jars of others, without the endings of platforms. */
    private static List<String> libraries(Path root, String target) throws IOException {
        Path folder = root.resolve(
                switch (target) {
                    case "augment-job" -> "opt/flink/usrlib";
                    case "embed-job" -> "opt/flink/lib";
                    default -> "opt/streamclr/lib";
                });
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> jars = Files.list(folder)) {
            return jars.map(jar ->
                            jar.getFileName().toString().replaceAll("(-(linux|osx)-(x86_64|aarch64))?\\.jar$", ""))
                    .filter(name ->
                            !name.endsWith("-" + Build.here().version()) && !name.matches("(augment|embed)-job"))
                    .toList();
        }
    }

    @AfterAll
    void unmount() throws Exception {
        if (images != null) {
            images.unmount();
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void anyUserRunsItWithoutRightsOnAFileSystemThatIsReadOnly(String target) throws Exception {
        String image = images.names().get(target);
        if (target.endsWith("-job")) {
            Ended help = locked(image, "help");
            assertThat(help.output()).contains("standalone-job");
            String main = target.equals("augment-job") ? "augment.Augment" : "embed.Embed";
            Ended passed = locked(image, "bash", "-c", JOB.formatted(main));
            assertThat(passed.output()).contains("streamclr 0.", "(commit 0123456)", "Read-only file system");
            return;
        }
        Ended help = locked(image, "--help").well();
        assertThat(help.output()).contains("Usage: ").doesNotContain("WARN", "Exception");
        List<String> version = new ArrayList<>(List.of("--entrypoint", "streamclr", image, "--version"));
        if (target.equals("ingest")) {
            version.subList(0, 2).clear();
        }
        assertThat(locked(version.toArray(String[]::new)).well().output())
                .contains("streamclr 0.", "(commit 0123456)")
                .doesNotContain("WARN");
    }

    private Ended locked(String... arguments) throws IOException {
        List<String> words = new ArrayList<>(LOCKED_DOWN);
        words.addAll(List.of(arguments));
        return images.engine().run(words);
    }

    @Test
    void theyAreNoLargerThanTheyMustBe() throws Exception {
        assertNoLargerThanTheyMustBe(images, Path.of("target/images.txt"));
    }

    /** @param table where all sizes are written */
    static void assertNoLargerThanTheyMustBe(BuiltImages images, Path table) throws IOException {
        ImageSizes sizes = new ImageSizes(images);

        Files.writeString(table, sizes.table());

        TARGETS.forEach((target, most) -> {
            long pulled = images.onStandIns() ? sizes.ownPulled(target) + BASE * 1_000_000L : sizes.pulled(target);
            assertThat(pulled).as(sizes.table()).isLessThan(most * 1_000_000L);
        });
    }
}
