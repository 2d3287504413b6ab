package io.streamclr.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.opentest4j.TestAbortedException;

/**
 * The images of the Dockerfile as buildah builds them, once for all tests of a JVM, on the published bases or on stand-ins. The
 * build has this machine's Maven repository, over which it writes to a layer of its own.
 */
final class BuiltImages {

    /** What a revision is, in all labels of these images. */
    static final String REVISION = "0123456789abcdef0123456789abcdef01234567";

    private static final Path STAND_INS = DeploymentFiles.REPOSITORY.resolve("it-tests/src/test/images/stand-ins");
    private static final List<String> BASES = List.of("jdk", "jre", "flink");

    private static BuiltImages built;
    private static TestAbortedException refused;

    private final ContainerEngine engine;
    private final boolean onStandIns;
    private final Map<String, String> images;

    private BuiltImages(ContainerEngine engine, boolean onStandIns, Map<String, String> images) {
        this.engine = engine;
        this.onStandIns = onStandIns;
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
            ContainerEngine.run(
                            List.of(
                                    "sh",
                                    STAND_INS.toString(),
                                    engine.scratch("stand-ins").toString()),
                            engine.buildah())
                    .well();
        }
        Map<String, String> images = new TreeMap<>();
        for (String target : targets()) {
            String image = "localhost/streamclr/" + target + ":images-test";
            engine.buildah(arguments(target, image, onStandIns).toArray(String[]::new))
                    .well();
            images.put(target, image);
        }
        return new BuiltImages(engine.thatRuns(images.get("ingest")), onStandIns, images);
    }

    /** All targets that are images, but the one with CUDA, whose libraries are some gigabytes, only where it is asked for. */
    private static List<String> targets() throws IOException {
        List<String> targets = new ArrayList<>(
                Dockerfile.read(DeploymentFiles.DOCKER.resolve("Dockerfile")).images());
        if (!Boolean.getBoolean("images.cuda")) {
            targets.remove("trainer-cuda");
        }
        return targets;
    }

    private static List<String> arguments(String target, String image, boolean onStandIns) {
        List<String> words = new ArrayList<>(List.of("build", "--layers", "--format", "docker"));
        words.addAll(List.of("--ignorefile", ".dockerignore", "-f", "infra/docker/Dockerfile"));
        words.addAll(List.of("--target", target, "-t", image, "--build-arg", "REVISION=" + REVISION));
        Path maven = Path.of(System.getProperty("user.home"), ".m2");
        if (Files.isDirectory(maven)) {
            words.addAll(List.of("-v", maven + ":/root/.m2:O"));
        }
        if (onStandIns) {
            words.add("--pull-never");
            BASES.forEach(base ->
                    words.addAll(List.of("--build-context", base + "=docker-image://localhost/stand-in/" + base)));
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
        return onStandIns ? "localhost/stand-in/" + composed.replaceAll("^.*/|:.*$", "") : "docker.io/" + composed;
    }

    /** The base of an image of ours, as it is in the storage. */
    String baseOf(String target) throws IOException {
        String stage = target.endsWith("-job") ? "flink" : "jre";
        if (onStandIns) {
            return "localhost/stand-in/" + stage;
        }
        return "docker.io/library/"
                + Dockerfile.read(DeploymentFiles.DOCKER.resolve("Dockerfile"))
                        .stages()
                        .get(stage)
                        .base();
    }

    boolean onStandIns() {
        return onStandIns;
    }
}
