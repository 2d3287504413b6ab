package io.streamclr.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the operators of Strimzi, Flink and Prometheus take, by their own definitions. */
final class OperatorSchemas {

    private OperatorSchemas() {}

    /** What the definition of an object's kind has against it. */
    static Set<ValidationMessage> faults(JsonNode object) throws IOException {
        String version = object.path("apiVersion").asText();
        Path file = Path.of(
                "src/test/resources/others",
                object.path("kind").asText() + "-" + version.substring(version.indexOf('/') + 1) + ".json");
        ObjectNode schema = (ObjectNode) close(DeploymentFiles.JSON.readTree(Files.readString(file)));
        ObjectNode properties = (ObjectNode) schema.path("properties");
        for (String ofEveryObject : List.of("apiVersion", "kind", "metadata")) {
            properties.set(ofEveryObject, DeploymentFiles.JSON.createObjectNode());
        }
        JsonSchema closed =
                JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(schema);
        return closed.validate(object);
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
        if (closed.path("x-kubernetes-int-or-string").asBoolean()) {
            closed.remove("anyOf");
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
