package io.streamclr.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What Kubernetes asks of objects that no definition says: names, labels, and that what they mean by name is there. */
final class ServerRules {

    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern PORT = Pattern.compile("(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?");
    private static final Pattern KEY =
            Pattern.compile("([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

    /** Secrets that a person brings. */
    private static final Set<String> BROUGHT = Set.of("trainer-ranks");

    private final Map<String, JsonNode> objects;
    private final Set<String> faults = new TreeSet<>();

    private ServerRules(Map<String, JsonNode> objects) {
        this.objects = objects;
    }

    /** @param objects all of an installation, by kind and name */
    static Set<String> faults(Map<String, JsonNode> objects) {
        ServerRules rules = new ServerRules(objects);
        objects.forEach(rules::object);
        return rules.faults;
    }

    private void object(String name, JsonNode object) {
        matches(name, "name", NAME, object.at("/metadata/name").asText());
        labels(name, object);
        JsonNode spec = object.path("spec");
        switch (object.path("kind").asText()) {
            case "Deployment", "StatefulSet" -> {
                JsonNode selected = spec.at("/selector/matchLabels");
                JsonNode labels = spec.at("/template/metadata/labels");
                selected.properties()
                        .forEach(each -> require(
                                each.getValue().equals(labels.path(each.getKey())),
                                name,
                                "does not select its own pods"));
                Set<String> claims = new HashSet<>();
                spec.path("volumeClaimTemplates")
                        .forEach(each -> claims.add(each.at("/metadata/name").asText()));
                pod(name, spec.at("/template/spec"), claims);
                if (spec.has("serviceName")) {
                    isThere(name, "Service", spec.path("serviceName").asText());
                }
            }
            case "JobSet" -> {
                matches(name, "subdomain", LABEL, spec.at("/network/subdomain").asText());
                require(
                        !objects.containsKey(
                                "Service/" + spec.at("/network/subdomain").asText()),
                        name,
                        "has a service by itself");
                spec.path("replicatedJobs").forEach(job -> pod(name, job.at("/template/spec/template/spec"), Set.of()));
            }
            case "FlinkDeployment" -> {
                pod(name, spec.at("/podTemplate/spec"), Set.of());
                isThere(name, "ServiceAccount", spec.path("serviceAccount").asText());
            }
            case "RoleBinding" -> {
                isThere(name, "Role", object.at("/roleRef/name").asText());
                object.path("subjects")
                        .forEach(each -> isThere(
                                name,
                                each.path("kind").asText(),
                                each.path("name").asText()));
            }
            default -> {}
        }
    }

    private void pod(String name, JsonNode pod, Set<String> claims) {
        Set<String> volumes = new HashSet<>(claims);
        for (JsonNode volume : pod.path("volumes")) {
            matches(name, "volume", LABEL, volume.path("name").asText());
            require(volumes.add(volume.path("name").asText()), name, "has two volumes of a name");
            if (volume.has("configMap")) {
                isThere(name, "ConfigMap", volume.at("/configMap/name").asText());
            }
            if (volume.has("persistentVolumeClaim")) {
                claim(name, volume.at("/persistentVolumeClaim/claimName").asText());
            }
            if (volume.has("secret")) {
                secret(name, volume.at("/secret/secretName").asText());
            }
        }
        for (JsonNode container : pod.path("containers")) {
            container(name, container, volumes);
        }
    }

    private void container(String name, JsonNode container, Set<String> volumes) {
        Set<String> places = new HashSet<>();
        for (JsonNode mount : container.path("volumeMounts")) {
            require(volumes.contains(mount.path("name").asText()), name, "mounts what is no volume: " + mount);
            require(places.add(mount.path("mountPath").asText()), name, "mounts two at one place");
        }
        Set<String> ports = new HashSet<>();
        for (JsonNode port : container.path("ports")) {
            matches(name, "port", PORT, port.path("name").asText());
            require(ports.add(port.path("name").asText()), name, "has two ports of a name");
        }
        for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
            JsonNode port = container.path(probe).at("/httpGet/port");
            require(!port.isTextual() || ports.contains(port.asText()), name, probe + " asks a port that is not there");
        }
        JsonNode limits = container.at("/resources/limits");
        container.at("/resources/requests").properties().forEach(asked -> {
            JsonNode limit = limits.path(asked.getKey());
            require(
                    limit.isMissingNode() || amount(asked.getValue()).compareTo(amount(limit)) <= 0,
                    name,
                    "asks for more " + asked.getKey() + " than its limit");
        });
        limits.properties()
                .forEach(limit -> require(
                        !limit.getKey().contains("/") || limit.getValue().isInt(),
                        name,
                        "asks for a part of a device"));
    }

    private static BigDecimal amount(JsonNode quantity) {
        return Quantity.parse(quantity.asText()).getNumericalAmount();
    }

    /** Its own, or that of a set's first pod. */
    private void claim(String name, String claim) {
        List<String> claims = new ArrayList<>();
        objects.values().forEach(object -> object.at("/spec/volumeClaimTemplates")
                .forEach(each -> claims.add(each.at("/metadata/name").asText() + "-"
                        + object.at("/metadata/name").asText() + "-0")));
        if (!claims.contains(claim)) {
            isThere(name, "PersistentVolumeClaim", claim);
        }
    }

    /** Strimzi makes one for each user, and one for each cluster. */
    private void secret(String name, String secret) {
        if (secret.endsWith("-cluster-ca-cert")) {
            isThere(name, "Kafka", secret.replace("-cluster-ca-cert", ""));
        } else if (!BROUGHT.contains(secret)) {
            isThere(name, "KafkaUser", secret);
        }
    }

    private void labels(String name, JsonNode node) {
        for (String field : List.of("labels", "matchLabels", "nodeSelector")) {
            node.path(field).properties().forEach(label -> {
                matches(name, field, KEY, label.getKey());
                matches(name, field, VALUE, label.getValue().asText());
            });
        }
        node.path("annotations").fieldNames().forEachRemaining(key -> matches(name, "annotations", KEY, key));
        node.forEach(each -> labels(name, each));
    }

    private void isThere(String name, String kind, String other) {
        require(objects.containsKey(kind + "/" + other), name, "means " + kind + " " + other + ", which is not there");
    }

    private void matches(String name, String what, Pattern pattern, String text) {
        require(pattern.matcher(text).matches(), name, what + " '" + text + "' is none");
    }

    private void require(boolean holds, String name, String otherwise) {
        if (!holds) {
            faults.add(name + " " + otherwise);
        }
    }
}
