package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import io.streamclr.augment.view.Recipe;
import io.streamclr.trainer.command.TrainCommand;
import io.streamclr.trainer.settings.MemoryAtHand;
import io.streamclr.trainer.settings.MemoryNeed;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The trainer's pod, and the card that its file is for, have the memory that its options need for the job's views. */
class TrainerMemoryTest {

    /** What libraries take for themselves, as a part of the rest. */
    private static final double RESERVE = 1.2;

    private final List<String> arguments;
    private final long limit;
    private final long card;

    TrainerMemoryTest() throws Exception {
        JsonNode container = DeploymentFiles.kubernetesObjects("StatefulSet")
                .get(0)
                .path("spec")
                .path("template")
                .path("spec")
                .path("containers")
                .path(0);
        arguments = DeploymentFiles.texts(container.path("args"));
        limit = Quantity.getAmountInBytes(new Quantity(container
                        .path("resources")
                        .path("limits")
                        .path("memory")
                        .asText()))
                .longValueExact();
        card = 1_000_000_000
                * number("card of (\\d+) GB", Files.readString(DeploymentFiles.KUBERNETES.resolve("trainer.yaml")));
    }

    @Test
    void allOfItFitsWithRoomForLibraries() throws Exception {
        MemoryNeed need = need(arguments);
        long java = limit * shareOfJava() / 100;

        need.require(new MemoryAtHand(java, java, limit, Map.of("gpu:0", card)));

        assertThat(RESERVE * need.offHeapBytes()).isLessThan(java);
        assertThat(RESERVE * need.hostBytes()).isLessThan(limit);
        assertThat(RESERVE * need.deviceBytes()).isLessThan(card);
    }

    @Test
    void largeBlocksAndTheStemForSmallViewsWouldNotFit() throws Exception {
        List<String> largeBlocks =
                List.of("--depth", "50", "--batch-size", "4096", "--block", "8", "--device", "gpu:0");
        List<String> smallViews = List.of(
                "--depth", "50", "--batch-size", "4096", "--chunk", "256", "--stem", "small", "--device", "gpu:0");

        assertThat(need(largeBlocks).offHeapBytes()).isGreaterThan(limit * shareOfJava() / 100);
        assertThat(need(smallViews).deviceBytes()).isGreaterThan(5 * card);
    }

    private static MemoryNeed need(List<String> arguments) throws Exception {
        TrainCommand trainer = (TrainCommand) DeploymentFiles.parse("trainer-cuda", arguments)
                .subcommand()
                .commandSpec()
                .userObject();
        return trainer.memory(viewsOfTheJob(), 1);
    }

    private static int viewsOfTheJob() throws Exception {
        for (JsonNode job : DeploymentFiles.kubernetesObjects("FlinkDeployment")) {
            List<String> words =
                    DeploymentFiles.texts(job.path("spec").path("job").path("args"));
            if (words.contains("--recipe")) {
                return Recipe.parse(words.get(words.indexOf("--recipe") + 1)).size();
            }
        }
        throw new AssertionError("no job says by which recipe it renders");
    }

    /** Of the pod's memory, for the heap and as much beside it, in percent. */
    static long shareOfJava() throws Exception {
        return number(
                "MaxRAMPercentage=(\\d+)",
                Dockerfile.read(DeploymentFiles.DOCKER.resolve("Dockerfile"))
                        .effective("trainer-cuda", "ENTRYPOINT")
                        .orElseThrow()
                        .arguments());
    }

    private static long number(String pattern, String text) {
        Matcher found = Pattern.compile(pattern).matcher(text);
        assertThat(found.find()).as(pattern).isTrue();
        return Long.parseLong(found.group(1));
    }
}
