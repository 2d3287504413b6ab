package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.it.Dockerfile.Stage;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The stages of the Dockerfile let an image for another processor be built without emulating it. */
class BuildStagesTest {

    private static Dockerfile dockerfile;
    private static List<String> images;

    @BeforeAll
    static void readTheDockerfile() throws Exception {
        dockerfile = Dockerfile.read(DeploymentFiles.DOCKER.resolve("Dockerfile"));
        images = dockerfile.images();
    }

    @Test
    void nothingIsRunOnTheProcessorThatAnImageIsFor() {
        List<String> running = dockerfile.stages().values().stream()
                .filter(stage -> stage.last("RUN").isPresent())
                .map(Stage::name)
                .toList();

        assertThat(running).contains("build").allMatch(dockerfile::isOfTheBuilder);
        assertThat(images).noneMatch(dockerfile::isOfTheBuilder);
    }

    /** Names are looked up in the image's system, and what COPY --chmod does to a folder is not the same in each builder. */
    @Test
    void ownersAreNumbersAndRightsComeWithWhatIsCopied() {
        assertThat(dockerfile.stages().values().stream()
                        .flatMap(stage -> stage.instructions().stream())
                        .filter(each -> each.name().equals("COPY"))
                        .map(copy -> copy.arguments().replaceAll("--chown=\\d+:\\d+ ", "")))
                .noneMatch(copy -> copy.contains("--chown") || copy.contains("--chmod") || copy.contains("--link"));
    }

    /** Or buildah of Debian 12 takes the processor of the stage before, for an image that says it is for another. */
    @Test
    void everyStageOnABaseSaysForWhichProcessorItIs() {
        Set<String> bases = new TreeSet<>();
        for (Stage stage : dockerfile.stages().values()) {
            if (!dockerfile.stages().containsKey(stage.base())) {
                bases.add(stage.name());
            }
        }

        assertThat(bases).containsExactly("flink", "jdk", "jre");
        assertThat(dockerfile.stages().values())
                .filteredOn(stage -> bases.contains(stage.name()) || bases.contains(stage.base()))
                .allMatch(stage -> stage.platform()
                        .equals(dockerfile.isOfTheBuilder(stage.name()) ? "$BUILDPLATFORM" : "$TARGETPLATFORM"));
    }
}
