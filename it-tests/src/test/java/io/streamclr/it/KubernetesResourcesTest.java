package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.jobmanager.JobManagerProcessUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the files for Kubernetes ask of its nodes is enough for each process, and comes to what the document says. */
class KubernetesResourcesTest {

    /** @param memory in bytes */
    private record Asked(BigDecimal processors, BigDecimal memory) {

        private static final BigDecimal GIBIBYTE = BigDecimal.valueOf(1L << 30);

        static final Asked NOTHING = new Asked(BigDecimal.ZERO, BigDecimal.ZERO);

        Asked and(Asked other) {
            return new Asked(processors.add(other.processors), memory.add(other.memory));
        }

        Asked times(int count) {
            return new Asked(
                    processors.multiply(BigDecimal.valueOf(count)), memory.multiply(BigDecimal.valueOf(count)));
        }

        @Override
        public String toString() {
            return processors.stripTrailingZeros().toPlainString() + " processors and "
                    + memory.divide(GIBIBYTE).stripTrailingZeros().toPlainString() + " GiB";
        }
    }

    @Test
    void everyContainerGetsTheMemoryThatItAsksFor() throws Exception {
        List<JsonNode> resources = new ArrayList<>(resources());

        assertThat(resources).hasSize(5).allSatisfy(each -> {
            assertThat(each.path("requests").path("cpu").asText()).isNotEmpty();
            assertThat(each.path("limits").path("memory"))
                    .isEqualTo(each.path("requests").path("memory"));
            assertThat(each.path("limits").has("cpu"))
                    .as("a limit on processors only makes it slower")
                    .isFalse();
        });
    }

    @Test
    void aBrokersHeapLeavesMostOfItsMemoryToTheFilesThatItServes() throws Exception {
        JsonNode pool = only("KafkaNodePool").path("spec");

        long heap =
                MemorySize.parse(pool.path("jvmOptions").path("-Xmx").asText()).getBytes();
        assertThat(heap)
                .isLessThanOrEqualTo(asked(pool.path("resources")).memory().longValueExact() / 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"augment-job", "embed-job"})
    void flinkFindsRoomForAllThatItsMemoryIsDividedInto(String name) throws Exception {
        JsonNode spec = job(name);
        Configuration settings = new Configuration();
        spec.path("flinkConfiguration")
                .properties()
                .forEach(each ->
                        settings.setString(each.getKey(), each.getValue().asText()));
        settings.set(TaskManagerOptions.TOTAL_PROCESS_MEMORY, memory(spec.path("taskManager")));
        settings.set(JobManagerOptions.TOTAL_PROCESS_MEMORY, memory(spec.path("jobManager")));

        MemorySize taskHeap =
                TaskExecutorProcessUtils.processSpecFromConfig(settings).getTaskHeapSize();
        MemorySize jobHeap =
                JobManagerProcessUtils.processSpecFromConfig(settings).getJvmHeapMemorySize();

        assertThat(taskHeap).isGreaterThan(MemorySize.ofMebiBytes(1024));
        assertThat(jobHeap).isGreaterThan(MemorySize.ofMebiBytes(512));
    }

    @Test
    void theDocumentHasTheSums() throws Exception {
        Asked fixed = Asked.NOTHING;
        for (JsonNode each : resources()) {
            fixed = fixed.and(asked(each));
        }
        int brokers = only("KafkaNodePool").path("spec").path("replicas").asInt();
        fixed = fixed.and(
                asked(only("KafkaNodePool").path("spec").path("resources")).times(brokers - 1));
        Asked first = fixed;
        Asked most = fixed;
        for (String name : List.of("augment-job", "embed-job")) {
            JsonNode job = job(name);
            JsonNode flink = job.path("flinkConfiguration");
            int slots = flink.path(TaskManagerOptions.NUM_TASK_SLOTS.key()).asInt();
            int subtasks = job.path("job").path("parallelism").asInt();
            int mostSubtasks = flink.path(PipelineOptions.MAX_PARALLELISM.key()).asInt();
            Asked jobManager = ofFlink(job.path("jobManager"));
            Asked taskManager = ofFlink(job.path("taskManager"));
            first = first.and(jobManager).and(taskManager.times(processes(subtasks, slots)));
            most = most.and(jobManager).and(taskManager.times(processes(mostSubtasks, slots)));
        }

        String document = Files.readString(DeploymentFiles.REPOSITORY.resolve("docs/operations.md"))
                .replaceAll("\\s+", " ");
        assertThat(document)
                .contains("asks for " + first + " at first, and for " + most + " when")
                .contains("the largest pod is the trainer, with "
                        + asked(only("StatefulSet").findValue("resources")) + " and a card");
    }

    private static int processes(int subtasks, int slots) {
        return (subtasks + slots - 1) / slots;
    }

    /** Of all containers that are there whatever the autoscaler does, a broker counted once. */
    private static List<JsonNode> resources() throws IOException {
        JsonNode operators = only("Kafka").path("spec").path("entityOperator");
        return List.of(
                only("KafkaNodePool").path("spec").path("resources"),
                operators.path("topicOperator").path("resources"),
                operators.path("userOperator").path("resources"),
                ofContainer("Deployment"),
                ofContainer("StatefulSet"));
    }

    private static JsonNode ofContainer(String kind) throws IOException {
        JsonNode containers =
                only(kind).path("spec").path("template").path("spec").path("containers");
        assertThat(containers).hasSize(1);
        return containers.path(0).path("resources");
    }

    private static Asked asked(JsonNode resources) {
        JsonNode requests = resources.path("requests");
        return new Asked(
                Quantity.parse(requests.path("cpu").asText()).getNumericalAmount(),
                Quantity.parse(requests.path("memory").asText()).getNumericalAmount());
    }

    private static Asked ofFlink(JsonNode process) {
        return new Asked(
                process.path("resource").path("cpu").decimalValue(),
                BigDecimal.valueOf(memory(process).getBytes()));
    }

    /** Flink's units: an m is a mebibyte. */
    private static MemorySize memory(JsonNode process) {
        return MemorySize.parse(process.path("resource").path("memory").asText());
    }

    private static JsonNode job(String name) throws IOException {
        return DeploymentFiles.kubernetesObjects("FlinkDeployment").stream()
                .filter(job -> job.path("metadata").path("name").asText().equals(name))
                .findFirst()
                .orElseThrow()
                .path("spec");
    }

    private static JsonNode only(String kind) throws IOException {
        List<JsonNode> objects = DeploymentFiles.kubernetesObjects(kind);
        assertThat(objects).hasSize(1);
        return objects.get(0);
    }
}
