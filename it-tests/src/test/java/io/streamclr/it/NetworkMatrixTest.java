package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.streamclr.it.NetworkPolicies.Door;
import io.streamclr.it.NetworkPolicies.Party;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Who reaches whom on which port: every pod of the files for Kubernetes, and everybody else, by all policies. What is not in
 * a table is closed. Pods, their labels and ports come from the files, so that a new one without a row is found.
 */
class NetworkMatrixTest {

    private static final String OURS = "streamclr";

    /** Everybody that is not ours: one of each kind that a policy could mean, and strangers that none does. */
    private static final List<Party> OTHERS = List.of(
            other("broker", OURS, Map.of("strimzi.io/cluster", "streamclr", "strimzi.io/kind", "Kafka")),
            other("guest", OURS, Map.of()),
            other("prometheus", "monitoring", Map.of("app.kubernetes.io/name", "prometheus")),
            other("dns", "kube-system", Map.of()), // any pod there, because its labels differ between clusters
            other("flink-operator", "operators", Map.of("app.kubernetes.io/name", "flink-kubernetes-operator")),
            other(
                    "stranger",
                    "elsewhere",
                    Map.of("app.kubernetes.io/name", "ingest", "streamclr.io/kafka-client", "true")),
            new Party("kubernetes", NetworkPolicies.OUTSIDE, Map.of(), "10.96.0.1", Map.of()),
            new Party("world", NetworkPolicies.OUTSIDE, Map.of(), "192.0.2.7", Map.of()));

    private static final Map<String, Map<String, String>> NAMESPACES =
            List.of(OURS, "monitoring", "kube-system", "operators", "elsewhere").stream()
                    .collect(Collectors.toMap(name -> name, name -> Map.of("kubernetes.io/metadata.name", name)));

    /** Everything that somebody listens on, and one that nobody does. */
    private static final List<Door> DOORS = List.of(
            new Door(53, "TCP"),
            new Door(53, "UDP"),
            new Door(443, "TCP"),
            new Door(6123, "TCP"),
            new Door(6443, "TCP"),
            new Door(8081, "TCP"),
            new Door(9090, "TCP"),
            new Door(9093, "TCP"),
            new Door(9249, "TCP"),
            new Door(9400, "TCP"),
            new Door(9402, "TCP"),
            new Door(9404, "TCP"),
            new Door(29500, "TCP"),
            new Door(31337, "TCP"));

    /** With the chart's own values. */
    private static final List<String> OPEN = List.of(
            // Kafka, names and metrics
            "ingest -> broker: 9093",
            "augment-job -> broker: 9093",
            "embed-job -> broker: 9093",
            "trainer -> broker: 9093",
            "ingest -> dns: 53 53/UDP",
            "augment-job -> dns: 53 53/UDP 443 6443",
            "embed-job -> dns: 53 53/UDP 443 6443",
            "trainer -> dns: 53 53/UDP",
            "prometheus -> ingest: 9402",
            "prometheus -> augment-job: 9249",
            "prometheus -> embed-job: 9249",
            "prometheus -> trainer: 9400",
            // processes of one job among themselves, and their operator
            "augment-job -> augment-job: all",
            "embed-job -> embed-job: all",
            "flink-operator -> augment-job: 8081",
            "flink-operator -> embed-job: 8081",
            // Kubernetes' own interface, wherever it is, as long as no value says where
            "augment-job -> kubernetes: 443 6443",
            "augment-job -> world: 443 6443",
            "augment-job -> guest: 443 6443",
            "augment-job -> prometheus: 443 6443",
            "augment-job -> flink-operator: 443 6443",
            "augment-job -> stranger: 443 6443",
            "embed-job -> kubernetes: 443 6443",
            "embed-job -> world: 443 6443",
            "embed-job -> guest: 443 6443",
            "embed-job -> prometheus: 443 6443",
            "embed-job -> flink-operator: 443 6443",
            "embed-job -> stranger: 443 6443",
            // what Strimzi lets whoever comes have of a broker
            "guest -> broker: 9404",
            "prometheus -> broker: 9404",
            "dns -> broker: 9404",
            "flink-operator -> broker: 9404",
            "stranger -> broker: 9404",
            "kubernetes -> broker: 9404",
            "world -> broker: 9404");

    @Test
    void onlyWhatTheTableSaysIsOpen() throws Exception {
        assertThat(open(DeploymentFiles.kubernetesObjects())).containsExactlyInAnyOrderElementsOf(OPEN);
    }

    @Test
    void whereTheInterfaceOfKubernetesIsKnownJobsReachNothingElseOnItsPorts() throws Exception {
        HelmChart.assumeHelm();
        JsonNode values = DeploymentFiles.JSON.readTree("""
                {"networkPolicies": {"kubernetesApi": ["10.96.0.1/32"]}}""");

        Set<String> expected = new TreeSet<>(OPEN);
        expected.removeIf(row -> row.endsWith(": 443 6443") && !row.contains("kubernetes"));
        expected.removeIf(row -> row.endsWith(": 53 53/UDP 443 6443"));
        expected.addAll(List.of("augment-job -> dns: 53 53/UDP", "embed-job -> dns: 53 53/UDP"));
        assertThat(open(HelmChart.objects(OURS, values).values())).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void ranksReachEachOtherOnOnePortAndNobodyElseReachesThem() throws Exception {
        HelmChart.assumeHelm();
        JsonNode values = DeploymentFiles.JSON.readTree("{\"trainer\": {\"ranks\": 4}}");

        Set<String> expected = new TreeSet<>(OPEN);
        expected.add("trainer -> trainer: 29500");
        assertThat(open(HelmChart.objects(OURS, values).values())).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aPodThatNoPolicyKnowsWouldBeFound() throws Exception {
        List<JsonNode> objects = new ArrayList<>(DeploymentFiles.kubernetesObjects());
        ObjectNode another = objects.stream()
                .filter(object -> object.path("kind").asText().equals("Deployment"))
                .findFirst()
                .orElseThrow()
                .deepCopy();
        ((ObjectNode) another.at("/spec/template/metadata/labels"))
                .put("app.kubernetes.io/name", "another")
                .remove("app.kubernetes.io/part-of");
        ((ObjectNode) another.path("metadata")).put("name", "another");
        objects.add(another);

        assertThat(open(objects)).contains("world -> another: all");
    }

    /** Every two of which one is ours, and brokers as ours. */
    private static Set<String> open(Collection<JsonNode> objects) throws IOException {
        List<NetworkPolicy> policies = new ArrayList<>();
        List<Party> pods = new ArrayList<>();
        for (JsonNode object : objects) {
            switch (object.path("kind").asText()) {
                case "NetworkPolicy" -> policies.add(policy(object));
                case "Deployment", "StatefulSet" -> pods.addAll(pods(object, object.at("/spec/template")));
                case "JobSet" -> pods.addAll(pods(object, object.at("/spec/replicatedJobs/0/template/spec/template")));
                case "FlinkDeployment" -> pods.addAll(pods(object, object.at("/spec/podTemplate")));
                case "Kafka" -> policies.add(ofStrimzi(object));
                default -> {}
            }
        }
        NetworkPolicies all = new NetworkPolicies(policies, NAMESPACES);
        Set<String> ours = pods.stream().map(Party::name).collect(Collectors.toSet());
        ours.add("broker");
        pods.addAll(OTHERS);
        Set<String> open = new LinkedHashSet<>();
        for (Party caller : pods) {
            for (Party called : pods) {
                if (!caller.equals(called)
                        && (ours.contains(caller.name()) || ours.contains(called.name()))
                        && !isFree(caller, called)) {
                    String doors = doors(all, caller, called);
                    if (!doors.isEmpty()) {
                        open.add(caller.name() + " -> " + called.name() + ": " + doors);
                    }
                }
            }
        }
        return open;
    }

    /** What a broker calls is Strimzi's to say, and no policy of ours. */
    private static boolean isFree(Party caller, Party called) {
        return caller.name().equals("broker") && OTHERS.contains(called);
    }

    private static String doors(NetworkPolicies all, Party caller, Party called) {
        List<Door> open = DOORS.stream()
                .filter(door -> all.mayConnect(caller, called, door))
                .toList();
        return open.size() == DOORS.size()
                ? "all"
                : open.stream()
                        .map(door -> door.port() + (door.protocol().equals("TCP") ? "" : "/" + door.protocol()))
                        .collect(Collectors.joining(" "));
    }

    private static NetworkPolicy policy(JsonNode object) throws IOException {
        NetworkPolicy policy = DeploymentFiles.JSON.treeToValue(object, NetworkPolicy.class);
        policy.getMetadata().setNamespace(OURS);
        return policy;
    }

    /** Two of each, as a job has, which may be different to each other from what each is to itself. */
    private static List<Party> pods(JsonNode object, JsonNode template) {
        Map<String, String> labels = new HashMap<>();
        template.at("/metadata/labels")
                .properties()
                .forEach(each -> labels.put(each.getKey(), each.getValue().asText()));
        Map<String, Integer> ports = new HashMap<>();
        for (JsonNode container : template.at("/spec/containers")) {
            container
                    .path("ports")
                    .forEach(each -> ports.put(
                            each.path("name").asText(),
                            each.path("containerPort").asInt()));
        }
        String name = object.at("/metadata/name").asText();
        return List.of(
                new Party(name, OURS, labels, "10.0.0.1", ports), new Party(name, OURS, labels, "10.0.0.2", ports));
    }

    /** What Strimzi makes of a listener: its port is for its peers; metrics are for everybody. */
    private static NetworkPolicy ofStrimzi(JsonNode kafka) throws IOException {
        ObjectNode policy = DeploymentFiles.JSON.createObjectNode();
        policy.putObject("metadata").put("name", "streamclr-network-policy-kafka");
        ObjectNode spec = policy.putObject("spec");
        spec.withObject("/podSelector/matchLabels")
                .put("strimzi.io/cluster", "streamclr")
                .put("strimzi.io/kind", "Kafka");
        for (JsonNode listener : kafka.at("/spec/kafka/listeners")) {
            ObjectNode rule = spec.withArray("ingress").addObject();
            rule.set("from", listener.path("networkPolicyPeers"));
            rule.withArray("ports").addObject().set("port", listener.path("port"));
        }
        spec.withArray("ingress").addObject().withArray("ports").addObject().put("port", 9404);
        return policy(policy);
    }

    private static Party other(String name, String namespace, Map<String, String> labels) {
        return new Party(name, namespace, labels, "10.0.9.9", Map.of());
    }
}
