package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each value of the chart changes what it is for and nothing else; one that changed nothing would fail. */
class ChartValuesTest {

    /** A value other than the chart's own and, below it, every place that it changes, as a pattern. */
    private static final String TABLE = """
            images.registry = "registry.example.com:5000/team/"
              Deployment/ingest .*/image: registry.example.com:5000/team/streamclr/ingest:VERSION
              FlinkDeployment/augment-job /spec/image: registry.example.com:5000/team/streamclr/augment-job:VERSION
              FlinkDeployment/embed-job /spec/image: registry.example.com:5000/team/streamclr/embed-job:VERSION
              StatefulSet/trainer .*/image: registry.example.com:5000/team/streamclr/trainer-cuda:VERSION
            images.tag = "nightly"
              Deployment/ingest .*/image: streamclr/ingest:nightly
              FlinkDeployment/augment-job /spec/image: streamclr/augment-job:nightly
              FlinkDeployment/embed-job /spec/image: streamclr/embed-job:nightly
              StatefulSet/trainer .*/image: streamclr/trainer-cuda:nightly
            images.pullSecrets = ["one", "two"]
              Deployment/ingest /spec/template/spec/imagePullSecrets: \\[\\{"name":"one"},\\{"name":"two"}]
              FlinkDeployment/augment-job /spec/podTemplate/spec/imagePullSecrets: .*"one".*"two".*
              FlinkDeployment/embed-job /spec/podTemplate/spec/imagePullSecrets: .*"one".*"two".*
              StatefulSet/trainer /spec/template/spec/imagePullSecrets: .*"one".*"two".*
            partitions = 48
              FlinkDeployment/augment-job .*/job.autoscaler.vertex.max-parallelism: 48
              FlinkDeployment/augment-job .*/pipeline.max-parallelism: 48
              FlinkDeployment/embed-job .*/job.autoscaler.vertex.max-parallelism: 48
              FlinkDeployment/embed-job .*/pipeline.max-parallelism: 48
              KafkaTopic/embeddings /spec/partitions: 48
              KafkaTopic/images /spec/partitions: 48
              KafkaTopic/images.rejected /spec/partitions: 48
              KafkaTopic/views /spec/partitions: 48
            viewsHours = 999
              KafkaTopic/views /spec/config/retention.ms: 3596400000
            kafka.create = false
              Kafka/streamclr : gone
              KafkaNodePool/both : gone
            kafka.name = "shared"
              ConfigMap/kafka-client /data/client.properties: (?s).*bootstrap.servers=shared-kafka-bootstrap:9093\\n.*
              Deployment/ingest .*/secretName: shared-cluster-ca-cert
              FlinkDeployment/augment-job .*/secretName: shared-cluster-ca-cert
              FlinkDeployment/embed-job .*/secretName: shared-cluster-ca-cert
              Kafka/shared : new
              Kafka/streamclr : gone
              KafkaNodePool/both /metadata/labels/strimzi.io/cluster: shared
              KafkaTopic/batches /metadata/labels/strimzi.io/cluster: shared
              KafkaTopic/embeddings /metadata/labels/strimzi.io/cluster: shared
              KafkaTopic/embeddings.encoders /metadata/labels/strimzi.io/cluster: shared
              KafkaTopic/encoders /metadata/labels/strimzi.io/cluster: shared
              KafkaTopic/images /metadata/labels/strimzi.io/cluster: shared
              KafkaTopic/images.rejected /metadata/labels/strimzi.io/cluster: shared
              KafkaTopic/views /metadata/labels/strimzi.io/cluster: shared
              KafkaUser/augment-job /metadata/labels/strimzi.io/cluster: shared
              KafkaUser/console /metadata/labels/strimzi.io/cluster: shared
              KafkaUser/embed-job /metadata/labels/strimzi.io/cluster: shared
              KafkaUser/ingest /metadata/labels/strimzi.io/cluster: shared
              KafkaUser/trainer /metadata/labels/strimzi.io/cluster: shared
              NetworkPolicy/to-kafka-and-names .*/matchLabels/strimzi.io/cluster: shared
              PodMonitor/kafka .*/matchLabels/strimzi.io/cluster: shared
              StatefulSet/trainer .*/secretName: shared-cluster-ca-cert
            kafka.brokers = 5
              KafkaNodePool/both /spec/replicas: 5
            kafka.copies = 2
              Kafka/streamclr .*/default.replication.factor: 2
              Kafka/streamclr .*/min.insync.replicas: 1
              Kafka/streamclr .*/offsets.topic.replication.factor: 2
              Kafka/streamclr .*/share.coordinator.state.topic.min.isr: 1
              Kafka/streamclr .*/share.coordinator.state.topic.replication.factor: 2
              Kafka/streamclr .*/transaction.state.log.min.isr: 1
              Kafka/streamclr .*/transaction.state.log.replication.factor: 2
              KafkaTopic/batches /spec/replicas: 2
              KafkaTopic/embeddings /spec/replicas: 2
              KafkaTopic/embeddings.encoders /spec/replicas: 2
              KafkaTopic/encoders /spec/replicas: 2
              KafkaTopic/images /spec/replicas: 2
              KafkaTopic/images.rejected /spec/replicas: 2
              KafkaTopic/views /spec/replicas: 2
            kafka.cpu = "6"
              KafkaNodePool/both /spec/resources/requests/cpu: 6
            kafka.memory = "16Gi"
              KafkaNodePool/both /spec/resources/limits/memory: 16Gi
              KafkaNodePool/both /spec/resources/requests/memory: 16Gi
            kafka.heap = "6g"
              KafkaNodePool/both /spec/jvmOptions/-Xms: 6g
              KafkaNodePool/both /spec/jvmOptions/-Xmx: 6g
            kafka.disk = "10Ti"
              KafkaNodePool/both /spec/storage/volumes/0/size: 10Ti
            kafka.storageClass = "fast"
              KafkaNodePool/both /spec/storage/volumes/0/class: fast
            kafka.zones = "example.com/rack"
              Kafka/streamclr /spec/kafka/rack/topologyKey: example.com/rack
            ingest.enabled = false
              Deployment/ingest : gone
              KafkaUser/ingest : gone
              PersistentVolumeClaim/images : gone
              PodDisruptionBudget/ingest : gone
            ingest.options = "--settle 20 --skip-near-duplicates 4"
              Deployment/ingest .*/args: .* --settle 20 --skip-near-duplicates 4
            ingest.cpu = "2500m"
              Deployment/ingest .*/requests/cpu: 2500m
            ingest.memory = "3Gi"
              Deployment/ingest .*/limits/memory: 3Gi
              Deployment/ingest .*/requests/memory: 3Gi
            ingest.volume.size = "5Ti"
              PersistentVolumeClaim/images /spec/resources/requests/storage: 5Ti
            ingest.volume.storageClass = "shared"
              PersistentVolumeClaim/images /spec/storageClassName: shared
            augment.recipe = "cifar,size=28"
              FlinkDeployment/augment-job /spec/job/args: .* --recipe cifar,size=28 --passes 1 .*
            augment.passes = 100
              FlinkDeployment/augment-job /spec/job/args: .* --passes 100 .*
            augment.options = "--follow --ahead-of streamclr-trainer-first"
              FlinkDeployment/augment-job /spec/job/args: .* --follow --ahead-of streamclr-trainer-first
            augment.parallelism = 12
              FlinkDeployment/augment-job /spec/job/parallelism: 12
            augment.autoscaler = false
              FlinkDeployment/augment-job .*/job.autoscaler.enabled: false
              FlinkDeployment/augment-job .*/job.autoscaler.scaling.enabled: false
            augment.slots = 2
              FlinkDeployment/augment-job .*/taskmanager.numberOfTaskSlots: 2
            augment.jobManager.cpu = 1.5
              FlinkDeployment/augment-job /spec/jobManager/resource/cpu: 1.5
            augment.jobManager.memory = "3g"
              FlinkDeployment/augment-job /spec/jobManager/resource/memory: 3g
            augment.taskManager.cpu = 8
              FlinkDeployment/augment-job /spec/taskManager/resource/cpu: 8
            augment.taskManager.memory = "8g"
              FlinkDeployment/augment-job /spec/taskManager/resource/memory: 8g
            augment.volume.size = "20Gi"
              PersistentVolumeClaim/augment-job /spec/resources/requests/storage: 20Gi
            augment.volume.storageClass = "shared"
              PersistentVolumeClaim/augment-job /spec/storageClassName: shared
            embed.enabled = false
              FlinkDeployment/embed-job : gone
              KafkaUser/embed-job : gone
              NetworkPolicy/embed-job : gone
              PersistentVolumeClaim/embed-job : gone
              Role/embed-job : gone
              RoleBinding/embed-job : gone
              ServiceAccount/embed-job : gone
            embed.threads = 2
              FlinkDeployment/embed-job /spec/job/args: .* --threads 2
            embed.options = "--precision float16"
              FlinkDeployment/embed-job /spec/job/args: .* --threads 4 --precision float16
            embed.parallelism = 6
              FlinkDeployment/embed-job /spec/job/parallelism: 6
            embed.autoscaler = false
              FlinkDeployment/embed-job .*/job.autoscaler.enabled: false
              FlinkDeployment/embed-job .*/job.autoscaler.scaling.enabled: false
            embed.slots = 2
              FlinkDeployment/embed-job .*/taskmanager.numberOfTaskSlots: 2
            embed.jobManager.cpu = 2
              FlinkDeployment/embed-job /spec/jobManager/resource/cpu: 2
            embed.jobManager.memory = "3g"
              FlinkDeployment/embed-job /spec/jobManager/resource/memory: 3g
            embed.taskManager.cpu = 6
              FlinkDeployment/embed-job /spec/taskManager/resource/cpu: 6
            embed.taskManager.memory = "12g"
              FlinkDeployment/embed-job /spec/taskManager/resource/memory: 12g
            embed.taskManager.offHeap = "6g"
              FlinkDeployment/embed-job .*/taskmanager.memory.task.off-heap.size: 6g
            embed.volume.size = "20Gi"
              PersistentVolumeClaim/embed-job /spec/resources/requests/storage: 20Gi
            embed.volume.storageClass = "shared"
              PersistentVolumeClaim/embed-job /spec/storageClassName: shared
            trainer.enabled = false
              KafkaUser/trainer : gone
              PodDisruptionBudget/trainer : gone
              Service/trainer : gone
              StatefulSet/trainer : gone
            trainer.run = "second"
              StatefulSet/trainer .*/args: .* --run second .*
            trainer.options = "--preset gpu --batch-size 512"
              StatefulSet/trainer .*/args: .* --preset gpu --batch-size 512
            trainer.gpus = 4
              StatefulSet/trainer .*/args: .* --device gpu:0,gpu:1,gpu:2,gpu:3 .*
              StatefulSet/trainer .*/limits/nvidia.com/gpu: 4
            trainer.gpuResource = "nvidia.com/mig-3g.20gb"
              StatefulSet/trainer .*/limits/nvidia.com/gpu: gone
              StatefulSet/trainer .*/limits/nvidia.com/mig-3g.20gb: 1
            trainer.cpu = 16
              StatefulSet/trainer .*/requests/cpu: 16
            trainer.memory = "48Gi"
              StatefulSet/trainer .*/limits/memory: 48Gi
              StatefulSet/trainer .*/requests/memory: 48Gi
            trainer.offHeap = "20g"
              StatefulSet/trainer .*/env: .*"JDK_JAVA_OPTIONS","value":"-XX:MaxDirectMemorySize=20g".*
            trainer.volume.size = "1Ti"
              StatefulSet/trainer /spec/volumeClaimTemplates/0/spec/resources/requests/storage: 1Ti
            trainer.volume.storageClass = "shared"
              StatefulSet/trainer /spec/volumeClaimTemplates/0/spec/storageClassName: shared
            trainer.volume.accessMode = "ReadWriteOnce"
              StatefulSet/trainer /spec/volumeClaimTemplates/0/spec/accessModes: ReadWriteOnce
            trainer.nodeSelector = {"example.com/card": "large"}
              StatefulSet/trainer /spec/template/spec/nodeSelector: .*"example.com/card":"large".*
            trainer.tolerations = [{"key": "nvidia.com/gpu", "operator": "Exists", "effect": "NoSchedule"}]
              StatefulSet/trainer /spec/template/spec/tolerations: .*"NoSchedule".*
            trainer.runtimeClass = "nvidia"
              StatefulSet/trainer /spec/template/spec/runtimeClassName: nvidia
            monitors.enabled = false
              PodMonitor/kafka : gone
              PodMonitor/streamclr : gone
            monitors.alerts = false
              PrometheusRule/streamclr : gone
            monitors.labels = {"release": "prometheus"}
              PodMonitor/kafka /metadata/labels: .*"release":"prometheus".*
              PodMonitor/streamclr /metadata/labels: .*"release":"prometheus".*
              PrometheusRule/streamclr /metadata/labels: .*"release":"prometheus".*
            networkPolicies.enabled = false
              NetworkPolicy/augment-job : gone
              NetworkPolicy/closed : gone
              NetworkPolicy/embed-job : gone
              NetworkPolicy/metrics : gone
              NetworkPolicy/to-kafka-and-names : gone
            networkPolicies.monitoringNamespace = "watching"
              NetworkPolicy/metrics .*/kubernetes.io/metadata.name: watching
            networkPolicies.dnsNamespace = "names"
              NetworkPolicy/to-kafka-and-names .*/kubernetes.io/metadata.name: names
            networkPolicies.kubernetesApi = ["10.0.0.1/32", "fd00::1/128"]
              NetworkPolicy/augment-job .*/to: .*"10.0.0.1/32".*"fd00::1/128".*
              NetworkPolicy/embed-job .*/to: .*"10.0.0.1/32".*"fd00::1/128".*
            """;

    /** What must be another way before a value is taken. */
    private static final Map<String, String> BESIDE = Map.of("trainer.volume.accessMode", "embed.enabled = false");

    record Value(String path, String json, List<String> places) {
        @Override
        public String toString() {
            return path + " = " + json;
        }
    }

    private static Map<String, JsonNode> usual;

    @BeforeAll
    static void helmRunsHere() throws IOException {
        HelmChart.assumeHelm();
        usual = rendered(DeploymentFiles.JSON.createObjectNode());
    }

    private static Map<String, JsonNode> rendered(JsonNode values) throws IOException {
        return HelmChart.objects("streamclr", values);
    }

    @Test
    void theTableHasEveryValueOfTheChart() throws Exception {
        List<String> ofTheChart = new ArrayList<>();
        collect(HelmChart.values(), "", ofTheChart);

        assertThat(values().map(Value::path)).containsExactlyInAnyOrderElementsOf(ofTheChart);
    }

    private static void collect(JsonNode values, String path, List<String> found) {
        if (values.isObject() && !values.isEmpty()) {
            values.properties()
                    .forEach(each -> collect(
                            each.getValue(), path.isEmpty() ? each.getKey() : path + "." + each.getKey(), found));
        } else {
            found.add(path);
        }
    }

    static Stream<Value> values() {
        List<Value> values = new ArrayList<>();
        for (String line : TABLE.lines().toList()) {
            if (line.startsWith(" ")) {
                values.get(values.size() - 1).places().add(line.strip());
            } else {
                values.add(new Value(
                        line.substring(0, line.indexOf(" = ")),
                        line.substring(line.indexOf(" = ") + " = ".length()),
                        new ArrayList<>()));
            }
        }
        return values.stream();
    }

    @ParameterizedTest
    @MethodSource("values")
    void aValueIsFoundInItsPlacesAndInNoOthers(Value value) throws Exception {
        ObjectNode values = DeploymentFiles.JSON.createObjectNode();
        Map<String, JsonNode> before = usual;
        if (BESIDE.containsKey(value.path())) {
            String[] beside = BESIDE.get(value.path()).split(" = ", 2);
            put(values, beside[0], beside[1]);
            before = rendered(values);
        }
        put(values, value.path(), value.json());

        List<String> changes = changes(before, rendered(values));

        String version = HelmChart.version();
        assertThat(changes).as(value.toString()).isNotEmpty().hasSameSizeAs(value.places());
        for (int i = 0; i < changes.size(); i++) {
            assertThat(changes.get(i)).matches(value.places().get(i).replace("VERSION", Pattern.quote(version)));
        }
    }

    @Test
    void theNamespaceIsThatOfTheRelease() throws Exception {
        assertThat(changes(usual, HelmChart.objects("elsewhere", DeploymentFiles.JSON.createObjectNode())))
                .containsExactly(
                        "RoleBinding/augment-job /subjects/0/namespace: elsewhere",
                        "RoleBinding/embed-job /subjects/0/namespace: elsewhere");
    }

    @Test
    void withoutCardsTheTrainerComputesOnProcessorsInTheSmallerImage() throws Exception {
        JsonNode container = rendered(DeploymentFiles.JSON.readTree("{\"trainer\": {\"gpus\": 0}}"))
                .get("StatefulSet/trainer")
                .at("/spec/template/spec/containers/0");

        assertThat(container.path("image").asText()).isEqualTo("streamclr/trainer:" + HelmChart.version());
        assertThat(DeploymentFiles.texts(container.path("args"))).containsSequence("--device", "cpu");
        assertThat(container.path("resources").path("limits").toString()).isEqualTo("{\"memory\":\"32Gi\"}");
    }

    @Test
    void aBrokerAloneAcknowledgesARecordItself() throws Exception {
        JsonNode settings = HelmChart.objects(
                        "streamclr",
                        DeploymentFiles.JSON.readTree("{\"kafka\": {\"brokers\": 1, \"copies\": 1, \"zones\": \"\"}}"))
                .get("Kafka/streamclr")
                .at("/spec/kafka");

        assertThat(settings.path("config").path("min.insync.replicas").asInt()).isEqualTo(1);
        assertThat(settings.has("rack")).isFalse();
    }

    @Test
    void allValuesAtOnceGiveWhatTheKindsAndProcessesTake() throws Exception {
        ObjectNode all = DeploymentFiles.JSON.createObjectNode();
        for (Value value : values().toList()) {
            if (!value.json().equals("false") && !value.path().equals("trainer.volume.accessMode")) {
                put(all, value.path(), value.json());
            }
        }
        for (JsonNode object : HelmChart.objects("elsewhere", all).values()) {
            assertThat(KindSchemas.faults(object)).isEmpty();
            for (JsonNode container : object.at("/spec/template/spec/containers")) {
                understood(container.path("image").asText(), container.path("args"));
            }
            if (object.path("kind").asText().equals("FlinkDeployment")) {
                understood(object.at("/spec/image").asText(), object.at("/spec/job/args"));
            }
        }
    }

    private static void understood(String image, JsonNode arguments) {
        String name = image.substring(image.lastIndexOf('/') + 1, image.lastIndexOf(':'));

        assertThat(DeploymentFiles.parse(name, DeploymentFiles.texts(arguments)).errors())
                .isEmpty();
    }

    private static void put(ObjectNode values, String path, String json) throws IOException {
        String[] names = path.split("\\.", -1);
        ObjectNode in = values;
        for (int i = 0; i < names.length - 1; i++) {
            in = in.withObjectProperty(names[i]);
        }
        in.set(names[names.length - 1], DeploymentFiles.JSON.readTree(json));
    }

    /** Every place at which objects differ, with what is there afterwards, in the order of the alphabet. */
    private static List<String> changes(Map<String, JsonNode> before, Map<String, JsonNode> after) {
        List<String> changes = new ArrayList<>();
        TreeSet<String> names = new TreeSet<>(before.keySet());
        names.addAll(after.keySet());
        for (String name : names) {
            Map<String, String> places = new LinkedHashMap<>();
            compare("", before.get(name), after.get(name), places);
            places.forEach((place, now) -> changes.add(name + " " + place + ": " + now));
        }
        changes.sort(null);
        return changes;
    }

    private static void compare(String place, JsonNode before, JsonNode after, Map<String, String> places) {
        if (before != null && before.equals(after)) {
            return;
        }
        if (before == null || after == null) {
            places.put(place, after == null ? "gone" : place.isEmpty() ? "new" : text(after));
        } else if (before.isObject() && after.isObject()) {
            TreeSet<String> names = new TreeSet<>();
            before.fieldNames().forEachRemaining(names::add);
            after.fieldNames().forEachRemaining(names::add);
            names.forEach(name -> compare(place + "/" + name, before.get(name), after.get(name), places));
        } else if (before.isArray()
                && before.size() == after.size()
                && !before.path(0).isTextual()) {
            for (int i = 0; i < before.size(); i++) {
                compare(place + "/" + i, before.get(i), after.get(i), places);
            }
        } else {
            places.put(place, text(after));
        }
    }

    private static String text(JsonNode node) {
        return node.isArray() && node.path(0).isTextual()
                ? String.join(" ", DeploymentFiles.texts(node))
                : node.isValueNode() ? node.asText() : node.toString();
    }
}
