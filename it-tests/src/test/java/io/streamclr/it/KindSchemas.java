package io.streamclr.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What Kubernetes and the operators of Strimzi, Flink, JobSet and Prometheus take, by their own definitions and the rules in them; a
 * field that a definition does not name is an error.
 */
final class KindSchemas {

    private static final Path OTHERS = Path.of("src/test/resources/others");

    private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";

    /** The pods of Flink's operator, whose own definition leaves them open. */
    private static final String POD = "io.k8s.api.core.v1.PodTemplateSpec";

    private static final Map<String, JsonNode> DEFINITIONS = new ConcurrentHashMap<>();
    private static final Map<JsonNode, JsonSchema> SCHEMAS = new ConcurrentHashMap<>();

    private KindSchemas() {}

    /** What the definition of an object's kind has against it. */
    static List<String> faults(JsonNode object) throws IOException {
        String[] version = object.path("apiVersion").asText().split("/", -1);
        String kind = object.path("kind").asText();
        Path own = OTHERS.resolve(kind + "-" + version[version.length - 1] + ".json");
        List<String> faults = new ArrayList<>();
        if (Files.exists(own)) {
            ObjectNode definition = (ObjectNode) read(own);
            faults.addAll(against(definition, object));
            faults.addAll(CelRules.broken(definition, object));
        } else {
            String group = version.length == 1 ? "core" : version[0].replaceFirst("\\..*", "");
            faults.addAll(against(
                    ofKubernetes("io.k8s.api." + group + "." + version[version.length - 1] + "." + kind), object));
        }
        if (kind.equals("FlinkDeployment")) {
            faults.addAll(against(ofKubernetes(POD), object.at("/spec/podTemplate")));
        }
        return faults;
    }

    private static List<String> against(JsonNode definition, JsonNode object) {
        return SCHEMAS
                .computeIfAbsent(definition, each -> JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
                        .getSchema(each))
                .validate(object)
                .stream()
                .map(Object::toString)
                .toList();
    }

    private static JsonNode ofKubernetes(String name) throws IOException {
        JsonNode all = read(OTHERS.resolve("Kubernetes.json")).path("definitions");
        if (!all.has(name)) {
            throw new IllegalArgumentException("Kubernetes.json does not define " + name);
        }
        ObjectNode definition = DeploymentFiles.JSON.createObjectNode();
        definition.put("$ref", "#/definitions/" + name);
        definition.set("definitions", all);
        return definition;
    }

    private static JsonNode read(Path file) throws IOException {
        try {
            return DEFINITIONS.computeIfAbsent(file.getFileName().toString(), name -> {
                try {
                    ObjectNode closed = (ObjectNode) close(DeploymentFiles.JSON.readTree(Files.readString(file)));
                    if (closed.has("properties")) { // of every object, and defined by Kubernetes
                        ObjectNode properties = (ObjectNode) closed.path("properties");
                        List.of("apiVersion", "kind", "metadata")
                                .forEach(each -> properties.set(each, DeploymentFiles.JSON.createObjectNode()));
                    } else {
                        ((ObjectNode) closed.at("/definitions")).set(QUANTITY, DeploymentFiles.JSON.readTree("""
                                        {"type": ["string", "number"],
                                         "pattern": "^[0-9]+([.][0-9]*)?([eE][0-9]+|[numkMGTPE]|[KMGTPE]i)?$"}"""));
                    }
                    return closed;
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            });
        } catch (UncheckedIOException failed) {
            throw failed.getCause();
        }
    }

    /** A definition as JSON Schema in which a field that it does not name is an error. */
    private static JsonNode close(JsonNode definition) {
        if (definition.isArray()) {
            ArrayNode closed = DeploymentFiles.JSON.createArrayNode();
            definition.forEach(each -> closed.add(close(each)));
            return closed;
        }
        if (!definition.isObject()) {
            return definition;
        }
        ObjectNode closed = DeploymentFiles.JSON.createObjectNode();
        definition.properties().forEach(each -> closed.set(each.getKey(), close(each.getValue())));
        if (closed.path("x-kubernetes-int-or-string").asBoolean()
                || closed.path("format").asText().equals("int-or-string")) {
            closed.remove(List.of("anyOf", "format"));
            closed.putArray("type").add("integer").add("string");
        }
        if (closed.path("properties").isObject()
                && closed.path("type").asText().equals("object")
                && !closed.has("additionalProperties")
                && !closed.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            closed.put("additionalProperties", false);
        }
        return closed;
    }
}
