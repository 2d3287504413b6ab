package io.streamclr.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opentest4j.TestAbortedException;

/**
 * The images of the Dockerfile as buildah builds them, once for all tests of a JVM, on the published bases or on stand-ins, for this
 * processor or for arm64. The build has this machine's Maven repository, over which it writes to a layer of its own.
 */
final class BuiltImages {

    /** What a revision is, in all labels of these images. */
    static final String REVISION = "0123456789abcdef0123456789abcdef01234567";

    private static final Path SCRIPTS = DeploymentFiles.REPOSITORY.resolve("it-tests/src/test/images");
    private static final List<String> BASES = List.of("jdk", "jre", "flink");
    private static final String STAND_INS = "localhost/stand-in/";
    private static final String ARM64_STAND_INS = "localhost/stand-in-arm64/";

    private static BuiltImages built;
    private static BuiltImages builtForArm64;
    private static TestAbortedException refused;

    private final ContainerEngine engine;
    private final boolean onStandIns;
    private final String standIns;
    private final Map<String, String> images;

    private BuiltImages(ContainerEngine engine, boolean onStandIns, String standIns, Map<String, String> images) {
        this.engine = engine;
        this.onStandIns = onStandIns;
        this.standIns = standIns;
        this.images = images;
    }

    /** Aborts the test that asks, with the reason, where nothing can be built. */
    static synchronized BuiltImages get() throws IOException {
        if (refused != null) {
            throw refused;
        }
        if (built == null) {
            try {
                built = build(ContainerEngine.open());
            } catch (TestAbortedException reason) {
                refused = reason;
                throw reason;
            }
        }
        return built;
    }

    private static BuiltImages build(ContainerEngine engine) throws IOException {
        boolean onStandIns =
                switch (System.getProperty("images.bases", "stand-ins")) {
                    case "stand-ins" -> true;
                    case "published" -> false;
                    default -> throw new IllegalArgumentException("images.bases is stand-ins or published");
                };
        if (onStandIns) {
            assumeTrue(
                    ContainerEngine.isThere("mmdebstrap"),
                    "stand-ins for the bases are made by mmdebstrap, which is not here; -Dimages.bases=published does without");
            makeStandIns(engine, "stand-ins");
        }
        Map<String, String> images = build(engine, "", onStandIns ? STAND_INS : "");
        return new BuiltImages(engine.thatRuns(images.get("ingest")), onStandIns, STAND_INS, images);
    }

    /**
     * Those for arm64, which are built here and cannot run by themselves; aborts the test that asks where this machine is none
     * of x86-64, or nothing can be built.
     */
    static synchronized BuiltImages forArm64() throws IOException {
        assumeTrue(
                "amd64".equals(System.getProperty("os.arch")),
                "images for arm64 are those of another processor on x86-64 alone, and this is "
                        + System.getProperty("os.arch"));
        BuiltImages here = get();
        if (builtForArm64 == null) {
            if (here.onStandIns) {
                makeStandIns(here.engine, "stand-ins-arm64");
            }
            builtForArm64 = new BuiltImages(
                    here.engine,
                    here.onStandIns,
                    ARM64_STAND_INS,
                    build(here.engine, "arm64", here.onStandIns ? ARM64_STAND_INS : ""));
        }
        return builtForArm64;
    }

    private static void makeStandIns(ContainerEngine engine, String script) throws IOException {
        ContainerEngine.run(
                        List.of(
                                "sh",
                                SCRIPTS.resolve(script).toString(),
                                engine.scratch("stand-ins").toString()),
                        engine.buildah())
                .well();
    }

    /**
     * The names of all images by their targets.
     *
     * @param architecture as containers call it; empty for this machine's
     * @param standIns where those of the bases are that the images run on; empty for the published ones
     */
    private static Map<String, String> build(ContainerEngine engine, String architecture, String standIns)
            throws IOException {
        Map<String, String> images = new TreeMap<>();
        for (String target : targets(architecture)) {
            String image = "localhost/streamclr/" + target + ":images-test"
                    + (architecture.isEmpty() ? "" : "-" + architecture);
            engine.buildah(arguments(target, image, architecture, standIns).toArray(String[]::new))
                    .well();
            images.put(target, image);
        }
        return images;
    }

    /** All targets that are images, but the one with CUDA, which is for x86-64 and some gigabytes, only where it is asked for. */
    private static List<String> targets(String architecture) throws IOException {
        List<String> targets = new ArrayList<>(
                Dockerfile.read(DeploymentFiles.DOCKER.resolve("Dockerfile")).images());
        if (!Boolean.getBoolean("images.cuda") || architecture.equals("arm64")) {
            targets.remove("trainer-cuda");
        }
        return targets;
    }

    private static List<String> arguments(String target, String image, String architecture, String standIns) {
        List<String> words = new ArrayList<>(List.of("build", "--layers", "--format", "docker"));
        words.addAll(List.of("--ignorefile", ".dockerignore", "-f", "infra/docker/Dockerfile"));
        words.addAll(List.of("--target", target, "-t", image, "--build-arg", "REVISION=" + REVISION));
        Path maven = Path.of(System.getProperty("user.home"), ".m2");
        if (Files.isDirectory(maven)) {
            words.addAll(List.of("-v", maven + ":/root/.m2:O"));
        }
        if (!architecture.isEmpty()) {
            // buildah 1.28 does not know by itself what it runs on.
            words.addAll(List.of("--platform", "linux/" + architecture, "--build-arg", "BUILDPLATFORM=linux/amd64"));
        }
        if (!standIns.isEmpty()) {
            words.add("--pull-never");
            BASES.forEach(base -> words.addAll(List.of(
                    "--build-context",
                    base + "=docker-image://" + (base.equals("jdk") ? STAND_INS : standIns) + base)));
        }
        words.add(".");
        return words;
    }

    ContainerEngine engine() {
        return engine;
    }

    /** By target of the Dockerfile. */
    Map<String, String> names() {
        return images;
    }

    /** What to run where a compose file names an image. */
    String standingFor(String composed) {
        String ours = DeploymentFiles.ourName(composed);
        if (!ours.isEmpty()) {
            return images.get(ours);
        }
        return onStandIns ? standIns + composed.replaceAll("^.*/|:.*$", "") : "docker.io/" + composed;
    }

    /** The base of an image of ours, as it is in the storage. */
    String baseOf(String target) throws IOException {
        String stage = target.endsWith("-job") ? "flink" : "jre";
        if (onStandIns) {
            return standIns + stage;
        }
        return "docker.io/library/"
                + Dockerfile.read(DeploymentFiles.DOCKER.resolve("Dockerfile"))
                        .stages()
                        .get(stage)
                        .base();
    }

    /** What an image says of itself. */
    JsonNode inspected(String image) throws IOException {
        return DeploymentFiles.JSON
                .readTree(engine.podman("inspect", "--type", "image", image)
                        .well()
                        .output())
                .get(0);
    }

    /** The files of an image, until {@link #unmount}. */
    Path mounted(String image) throws IOException {
        String said = engine.podman("image", "mount", image).well().output();
        return Path.of(said.strip().lines().reduce("", (before, line) -> line));
    }

    void unmount() throws IOException {
        engine.podman("image", "unmount", "--all");
    }

    boolean onStandIns() {
        return onStandIns;
    }
}
