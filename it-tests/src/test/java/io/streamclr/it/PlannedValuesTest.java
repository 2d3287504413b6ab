package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code streamclr plan --values} prints, the chart takes, and it makes of it what the plan says. */
class PlannedValuesTest {

    private static final String OPTIONS = "--preset paper --precision bfloat16 --block 2 --chunk 1024";

    @BeforeAll
    static void helmRunsHere() {
        HelmChart.assumeHelm();
    }

    @Test
    void theChartMakesThePlannedPodsTopicsAndBrokers() throws Exception {
        Map<String, JsonNode> objects = planned("--training", OPTIONS + " --device gpu:0,gpu:1");

        JsonNode trainer = objects.get("StatefulSet/trainer").at("/spec/template/spec/containers/0");
        assertThat(String.join(" ", DeploymentFiles.texts(trainer.path("args"))))
                .contains("--device gpu:0,gpu:1 " + OPTIONS);
        assertThat(trainer.at("/resources/limits/nvidia.com~1gpu").asInt()).isEqualTo(2);
        assertThat(objects.get("KafkaTopic/views").at("/spec/partitions").asInt())
                .isEqualTo(12);
        assertThat(objects.get("KafkaTopic/views")
                        .at("/spec/config/retention.ms")
                        .asLong())
                .isEqualTo(3L * 3600 * 1000);
        assertThat(objects.get("KafkaNodePool/both").at("/spec/replicas").asInt())
                .isEqualTo(4);
        for (JsonNode object : objects.values()) {
            assertThat(KindSchemas.faults(object)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {OPTIONS + " --device gpu:0", "--precision float32 --width 0.25 --stem small2 --batch-size 128"})
    void thePodHasRoomForWhatThePlanAddsUp(String options) throws Exception {
        JsonNode need = DeploymentFiles.JSON
                .readTree(plan("--json", "--training", options).output())
                .path("trainer_memory");
        JsonNode trainer =
                planned("--training", options).get("StatefulSet/trainer").at("/spec/template/spec/containers/0");
        double memory = bytes(trainer);
        double java = TrainerMemoryTest.shareOfJava() / 100.0 * memory;

        assertThat(1.2 * need.path("host_bytes").asLong()).isPositive().isLessThan(memory);
        assertThat(1.2 * need.path("off_heap_bytes").asLong()).isPositive().isLessThan(java);
        assertThat(1.2 * need.path("heap_bytes").asLong()).isPositive().isLessThan(java);
    }

    @Test
    void ranksAreAsManyPodsEachWithRoomForOne() throws Exception {
        Map<String, JsonNode> objects = planned("--ranks", "4", "--training", OPTIONS + " --device gpu:0");
        JsonNode alone = planned("--training", OPTIONS + " --device gpu:0")
                .get("StatefulSet/trainer")
                .at("/spec/template/spec/containers/0");

        JsonNode job = objects.get("JobSet/trainer").at("/spec/replicatedJobs/0/template/spec");
        JsonNode rank = job.at("/template/spec/containers/0");
        assertThat(job.path("completions").asInt()).isEqualTo(4);
        assertThat(rank.path("args")).isEqualTo(alone.path("args"));
        assertThat(bytes(rank)).isLessThan(bytes(alone));
        assertThat(objects.get("KafkaTopic/views").at("/spec/partitions").asInt() % 4)
                .isZero();
        for (JsonNode object : objects.values()) {
            assertThat(KindSchemas.faults(object)).isEmpty();
        }
    }

    private static double bytes(JsonNode container) {
        return Quantity.getAmountInBytes(
                        new Quantity(container.at("/resources/limits/memory").asText()))
                .doubleValue();
    }

    @Test
    void aPodWithoutCardsComputesAsItsPresetSays() throws Exception {
        JsonNode trainer = planned("--training", "--precision float32")
                .get("StatefulSet/trainer")
                .at("/spec/template/spec/containers/0");

        assertThat(trainer.path("args").toString()).doesNotContain("--device");
    }

    @Test
    void whatAPodCannotBeIsRefusedInASentence() throws Exception {
        Command processor = plan("--values", "--training", "--precision float32 --device=cpu");
        Command both = plan("--values", "--json");

        assertThat(processor.errors())
                .contains("--values: a pod's trainer computes on cards, or on its processors as its preset says");
        assertThat(both.errors()).contains("give --json or --values, not both");
    }

    private static Map<String, JsonNode> planned(String... options) throws Exception {
        String[] words = new String[options.length + 1];
        words[0] = "--values";
        System.arraycopy(options, 0, words, 1, options.length);
        return HelmChart.objects(
                "streamclr", DeploymentFiles.documents(plan(words).output()).get(0));
    }

    private static Command plan(String... options) {
        String[] usual = {
            "plan", "--gpu-pairs-per-second", "800", "--size", "224", "--trainer-absence", "2h", "--brokers", "4"
        };
        String[] words = new String[usual.length + options.length];
        System.arraycopy(usual, 0, words, 0, usual.length);
        System.arraycopy(options, 0, words, usual.length, options.length);
        return Command.run(words);
    }
}
