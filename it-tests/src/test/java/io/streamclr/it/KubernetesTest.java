package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.augment.AugmentMain;
import io.streamclr.embed.EmbedMain;
import io.streamclr.schemas.topic.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The files for Kubernetes are what the operators take, to the letter, and speak of the topics and options there are. */
class KubernetesTest {

    /** Of each job, by its name. */
    private static final Map<String, String> MAIN_CLASSES =
            Map.of("augment-job", AugmentMain.class.getName(), "embed-job", EmbedMain.class.getName());

    @Test
    void everyObjectIsWhatItsKindTakes() throws Exception {
        Set<String> kinds = new TreeSet<>();
        for (JsonNode object : DeploymentFiles.kubernetesObjects()) {
            kinds.add(object.path("kind").asText());
            assertThat(KindSchemas.faults(object))
                    .as(object.at("/metadata/name").asText())
                    .isEmpty();
        }

        assertThat(kinds)
                .contains(
                        "Kafka",
                        "KafkaNodePool",
                        "KafkaTopic",
                        "KafkaUser",
                        "FlinkDeployment",
                        "PodMonitor",
                        "PrometheusRule",
                        "Deployment",
                        "StatefulSet",
                        "NetworkPolicy",
                        "PodDisruptionBudget");
    }

    /** Each is one that an API server would have found. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            FlinkDeployment/augment-job   | /spec/job             | upgradeMod            | "savepoint"
            FlinkDeployment/augment-job   | /spec                 | flinkVersion          | "v9_9"
            FlinkDeployment/augment-job   | /spec/podTemplate/spec | containers           | [{"image": "nameless"}]
            StatefulSet/trainer           | /spec                 | replica               | 1
            StatefulSet/trainer           | /spec                 | template              | null
            Deployment/ingest             | /spec/template/spec/containers/0/resources/limits | memory | "1 GiB"
            Deployment/ingest             | /spec/template/spec/containers/0 | args       | "--watch"
            NetworkPolicy/closed          | /spec                 | podSelector           | "all"
            Role/embed-job                | /rules/0              | verbs                 | null
            PodDisruptionBudget/trainer   | /spec                 | maxUnavailable        | [0]
            KafkaTopic/views              | /spec                 | partitions            | 0
            Kafka/streamclr               | /spec/kafka/rack      | topologyKey           | ""
            Kafka/streamclr               | /spec/kafka/metricsConfig | type              | "jmxPrometheusExporter"
            KafkaUser/trainer             | /spec/authentication  | validityDays          | 30
            """)
    void whatAKindDoesNotTakeIsFound(String object, String place, String field, String value) throws Exception {
        ObjectNode wrong = HelmChart.byName(DeploymentFiles.kubernetesObjects())
                .get(object)
                .deepCopy();
        ObjectNode at = (ObjectNode) wrong.at(place);
        JsonNode changed = DeploymentFiles.JSON.readTree(value);
        if (changed.isNull()) {
            at.remove(field);
        } else {
            at.set(field, changed);
        }

        assertThat(KindSchemas.faults(wrong)).isNotEmpty();
    }

    @Test
    void theTopicsAreThoseOfTheSystem() throws Exception {
        Map<String, Map<String, String>> settings = new HashMap<>();
        Map<String, Integer> partitions = new HashMap<>();
        for (JsonNode topic : DeploymentFiles.kubernetesObjects("KafkaTopic")) {
            Map<String, String> texts = new HashMap<>();
            topic.path("spec")
                    .path("config")
                    .properties()
                    .forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
            String name = topic.path("metadata").path("name").asText();
            settings.put(name, texts);
            partitions.put(name, topic.path("spec").path("partitions").asInt());
        }

        assertThat(settings).hasSize(Topic.values().length);
        int most = partitions.get(Topic.IMAGES.defaultName());
        for (Topic topic : Topic.values()) {
            Map<String, String> wanted = new HashMap<>(topic.settings());
            wanted.put("max.message.bytes", Integer.toString(Topic.MAX_MESSAGE_BYTES));
            assertThat(settings.get(topic.defaultName()))
                    .as(topic.defaultName())
                    .isEqualTo(wanted);
            assertThat(partitions.get(topic.defaultName())).isEqualTo(topic.partitioned() ? most : 1);
        }
        for (JsonNode job : jobs()) {
            JsonNode flink = job.path("spec").path("flinkConfiguration");
            assertThat(flink.path(PipelineOptions.MAX_PARALLELISM.key()).asInt())
                    .isEqualTo(most);
            assertThat(flink.path("job.autoscaler.vertex.max-parallelism").asInt())
                    .isEqualTo(most);
        }
    }

    @Test
    void everyContainerIsGivenOptionsThatItsProcessUnderstands() throws Exception {
        int understood = 0;
        for (JsonNode object : DeploymentFiles.kubernetesObjects()) {
            for (JsonNode container :
                    object.path("spec").path("template").path("spec").path("containers")) {
                String image = DeploymentFiles.ourName(container.path("image").asText());
                assertThat(DeploymentFiles.parse(image, DeploymentFiles.texts(container.path("args")))
                                .errors())
                        .isEmpty();
                understood++;
            }
        }
        assertThat(understood).isEqualTo(2);
        for (JsonNode deployment : jobs()) {
            JsonNode job = deployment.path("spec").path("job");
            String image = DeploymentFiles.ourName(
                    deployment.path("spec").path("image").asText());
            assertThat(DeploymentFiles.parse(image, DeploymentFiles.texts(job.path("args")))
                            .errors())
                    .isEmpty();
            assertThat(job.path("entryClass").asText()).isEqualTo(MAIN_CLASSES.get(image));
            assertThat(Files.readString(DeploymentFiles.DOCKER.resolve("Dockerfile")))
                    .contains(job.path("jarURI").asText().substring("local://".length()));
        }
    }

    @Test
    void theJobThatUsesPyTorchLoadsItOnceInAProcess() throws Exception {
        JsonNode spec = job("embed-job").path("spec");

        assertThat(spec.path("job").path("jarURI").asText()).startsWith("local:///opt/flink/lib/");
        assertThat(spec.path("flinkConfiguration")
                        .path(CoreOptions.CLASSLOADER_RESOLVE_ORDER.key())
                        .asText())
                .isEqualTo("parent-first");
    }

    @Test
    void theJobThatEmbedsReadsCheckpointsWhereTheTrainerSaysTheyAre() throws Exception {
        JsonNode trainer = only("StatefulSet");
        JsonNode training = trainer.path("spec").path("template").path("spec");
        JsonNode claim = trainer.path("spec").path("volumeClaimTemplates").path(0);
        JsonNode mount = named(training.path("containers").path(0).path("volumeMounts"), "runs");
        List<String> arguments =
                DeploymentFiles.texts(training.path("containers").path(0).path("args"));
        JsonNode embedding = job("embed-job").path("spec").path("podTemplate").path("spec");
        JsonNode mounted = named(embedding.path("containers").path(0).path("volumeMounts"), "runs");
        JsonNode volume = named(embedding.path("volumes"), "runs").path("persistentVolumeClaim");

        assertThat(arguments)
                .containsSequence("--checkpoints", mount.path("mountPath").asText());
        assertThat(mounted.path("mountPath")).isEqualTo(mount.path("mountPath"));
        assertThat(mounted.path("readOnly").asBoolean()).isTrue();
        assertThat(volume.path("readOnly").asBoolean()).isTrue();
        assertThat(volume.path("claimName").asText())
                .isEqualTo(claim.path("metadata").path("name").asText() + "-"
                        + trainer.path("metadata").path("name").asText() + "-0");
        assertThat(DeploymentFiles.texts(claim.path("spec").path("accessModes")))
                .containsExactly("ReadWriteMany");
        assertThat(embedding.path("securityContext").path("supplementalGroups").path(0))
                .isEqualTo(training.path("securityContext").path("fsGroup"));
    }

    private static JsonNode named(JsonNode list, String name) {
        for (JsonNode each : list) {
            if (each.path("name").asText().equals(name)) {
                return each;
            }
        }
        throw new AssertionError("nothing is called " + name + " in " + list);
    }

    @Test
    void everyProcessShowsItsMetricsWherePrometheusAndProbesLookForThem() throws Exception {
        List<String> ports = new ArrayList<>();
        for (JsonNode monitor : DeploymentFiles.kubernetesObjects("PodMonitor")) {
            monitor.path("spec")
                    .path("podMetricsEndpoints")
                    .forEach(each -> ports.add(each.path("port").asText()));
        }
        for (String kind : List.of("Deployment", "StatefulSet")) {
            JsonNode pod = only(kind).path("spec").path("template");
            JsonNode container = pod.path("spec").path("containers").path(0);
            JsonNode shown = container.path("ports").path(0);
            List<String> arguments = DeploymentFiles.texts(container.path("args"));

            assertThat(pod.path("metadata")
                            .path("labels")
                            .path("app.kubernetes.io/part-of")
                            .asText())
                    .isEqualTo("streamclr");
            assertThat(ports).contains(shown.path("name").asText());
            assertThat(arguments)
                    .containsSequence(
                            "--metrics-port", shown.path("containerPort").asText())
                    .containsSequence("--metrics-host", "0.0.0.0");
            assertProbed(container, shown.path("name").asText());
        }
        for (JsonNode job : jobs()) {
            JsonNode container = job.path("spec")
                    .path("podTemplate")
                    .path("spec")
                    .path("containers")
                    .path(0);
            JsonNode shown = container.path("ports").path(0);

            assertThat(ports).contains(shown.path("name").asText());
            assertThat(job.path("spec")
                            .path("flinkConfiguration")
                            .path("metrics.reporter.prometheus.port")
                            .asInt())
                    .isEqualTo(shown.path("containerPort").asInt());
            assertProbed(container, shown.path("name").asText());
        }
    }

    private static void assertProbed(JsonNode container, String port) {
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            assertThat(container.path(probe).path("httpGet").path("port").asText())
                    .as(probe + " of " + container.path("name").asText())
                    .isEqualTo(port);
        }
    }

    @Test
    void aDrainedNodeMovesIngestAndLeavesTheTrainerToAPerson() throws Exception {
        Map<String, JsonNode> budgets = new HashMap<>();
        for (JsonNode budget : DeploymentFiles.kubernetesObjects("PodDisruptionBudget")) {
            budgets.put(budget.path("spec").path("selector").path("matchLabels").toString(), budget.path("spec"));
        }

        JsonNode ingest =
                budgets.remove(only("Deployment").findValue("matchLabels").toString());
        JsonNode trainer =
                budgets.remove(only("StatefulSet").findValue("matchLabels").toString());
        assertThat(ingest.path("maxUnavailable").asInt()).isEqualTo(1);
        assertThat(trainer.path("maxUnavailable").asInt(-1)).isZero();
        assertThat(trainer.path("unhealthyPodEvictionPolicy").asText()).isEqualTo("AlwaysAllow");
        assertThat(budgets).as("Flink starts the whole job again for each pod").isEmpty();
    }

    @Test
    void theAlertsAndTheNamesOfMetricsAreThoseOfTheObservabilityFiles() throws Exception {
        Path observability = DeploymentFiles.REPOSITORY.resolve("infra/observability");
        JsonNode alerts =
                DeploymentFiles.documents(observability.resolve("alerts.yml")).get(0);
        JsonNode renaming = DeploymentFiles.documents(observability.resolve("prometheus.yml"))
                .get(0)
                .findValue("metric_relabel_configs")
                .path(0);
        JsonNode ours = DeploymentFiles.kubernetesObjects("PodMonitor").stream()
                .map(monitor -> monitor.findValue("metricRelabelings"))
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow()
                .path(0);

        assertThat(only("PrometheusRule").path("spec").path("groups")).isEqualTo(alerts.path("groups"));
        assertThat(ours.path("sourceLabels")).isEqualTo(renaming.path("source_labels"));
        assertThat(ours.path("regex")).isEqualTo(renaming.path("regex"));
        assertThat(ours.path("targetLabel")).isEqualTo(renaming.path("target_label"));
        assertThat(ours.path("replacement")).isEqualTo(renaming.path("replacement"));
    }

    @Test
    void aDeploymentRunsAProcessThatDoesNotEnd() throws Exception {
        List<String> arguments = DeploymentFiles.texts(only("Deployment")
                .path("spec")
                .path("template")
                .path("spec")
                .path("containers")
                .path(0)
                .path("args"));

        assertThat(arguments).as("one that ends is started again for ever").contains("--watch");
    }

    @Test
    void everyProcessIsAUserWithItsOwnSecret() throws Exception {
        List<String> users = names(DeploymentFiles.kubernetesObjects("KafkaUser"));

        assertThat(mountedSecrets("ingest")).containsExactlyInAnyOrder("ingest", "streamclr-cluster-ca-cert");
        assertThat(mountedSecrets("trainer")).containsExactlyInAnyOrder("trainer", "streamclr-cluster-ca-cert");
        assertThat(mountedSecrets("augment-job")).containsExactlyInAnyOrder("augment-job", "streamclr-cluster-ca-cert");
        assertThat(mountedSecrets("embed-job")).containsExactlyInAnyOrder("embed-job", "streamclr-cluster-ca-cert");
        assertThat(users).containsExactlyInAnyOrder("ingest", "augment-job", "embed-job", "trainer", "console");
    }

    @Test
    void noSecretStandsInAnyFile() throws Exception {
        assertThat(DeploymentFiles.kubernetesObjects("Secret")).isEmpty();
        for (Path file : DeploymentFiles.yamlFiles(DeploymentFiles.KUBERNETES)) {
            assertThat(Files.readString(file)).doesNotContainIgnoringCase("password");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"augment-job", "embed-job"})
    void theJobSurvivesItsMachinesAndItsUpgrades(String name) throws Exception {
        JsonNode spec = job(name).path("spec");
        JsonNode flink = spec.path("flinkConfiguration");

        assertThat(flink.path(HighAvailabilityOptions.HA_MODE.key()).asText()).isEqualTo("kubernetes");
        assertThat(flink.has(HighAvailabilityOptions.HA_STORAGE_PATH.key())).isTrue();
        assertThat(flink.has(CheckpointingOptions.CHECKPOINTS_DIRECTORY.key())).isTrue();
        assertThat(flink.has(CheckpointingOptions.SAVEPOINT_DIRECTORY.key())).isTrue();
        assertThat(flink.path("env.java.opts.all").asText())
                .isEqualTo(DeploymentFiles.documents(DeploymentFiles.DOCKER.resolve("flink.yaml"))
                        .get(0)
                        .path("env.java.opts.all")
                        .asText());
        assertThat(flink.path("job.autoscaler.enabled").asText()).isEqualTo("true");
        assertThat(spec.path("job").path("upgradeMode").asText()).isEqualTo("savepoint");
        assertThat(DeploymentFiles.texts(spec.path("job").path("args")))
                .as("the cluster's folder and parallelism count, so the job names none")
                .doesNotContain("--checkpoints", "--parallelism");
    }

    @Test
    void versionsAreThoseThatTheSystemIsBuiltWith() throws Exception {
        String kafka = only("Kafka").path("spec").path("kafka").path("version").asText();
        String ours = AppInfoParser.getVersion();

        assertThat(kafka.substring(0, 3)).isEqualTo(ours.substring(0, 3));
        assertThat(jobs()).allSatisfy(job -> assertThat(
                        job.path("spec").path("flinkVersion").asText())
                .isEqualTo("v2_2"));
    }

    @Test
    void kustomizeListsEveryFile() throws Exception {
        JsonNode kustomization = DeploymentFiles.documents(DeploymentFiles.KUBERNETES.resolve("kustomization.yaml"))
                .get(0);
        Set<String> there = DeploymentFiles.yamlFiles(DeploymentFiles.KUBERNETES).stream()
                .map(file -> file.getFileName().toString())
                .filter(name -> !name.equals("kustomization.yaml"))
                .collect(Collectors.toSet());

        assertThat(DeploymentFiles.texts(kustomization.path("resources"))).containsExactlyInAnyOrderElementsOf(there);
        for (JsonNode image : kustomization.path("images")) {
            assertThat(image.path("newTag").asText()).isEqualTo(HelmChart.version());
        }
    }

    private static List<JsonNode> jobs() throws IOException {
        List<JsonNode> jobs = DeploymentFiles.kubernetesObjects("FlinkDeployment");
        assertThat(names(jobs)).containsExactlyInAnyOrderElementsOf(MAIN_CLASSES.keySet());
        return jobs;
    }

    private static JsonNode job(String name) throws IOException {
        return jobs().get(names(jobs()).indexOf(name));
    }

    private static JsonNode only(String kind) throws IOException {
        List<JsonNode> objects = DeploymentFiles.kubernetesObjects(kind);
        assertThat(objects).hasSize(1);
        return objects.get(0);
    }

    private static List<String> names(List<JsonNode> objects) {
        return objects.stream()
                .map(object -> object.path("metadata").path("name").asText())
                .toList();
    }

    /** The secrets of the workload of that name. */
    private static List<String> mountedSecrets(String workload) throws IOException {
        List<String> secrets = new ArrayList<>();
        for (JsonNode object : DeploymentFiles.kubernetesObjects()) {
            if (object.path("metadata").path("name").asText().equals(workload)) {
                object.path("spec").findValues("secretName").forEach(secret -> secrets.add(secret.asText()));
            }
        }
        return secrets;
    }
}
