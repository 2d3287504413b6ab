package io.streamclr.console.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.ShippedEncoder;
import io.streamclr.trainer.form.Numbers;
import io.streamclr.trainer.settings.SettingsForm;
import io.streamclr.trainer.settings.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The settings of a run as a list of names and texts, such as {@code network.depth}, in which two runs can be compared. */
final class RunSettings {

    /** What the journal is called in the folder of a run. */
    static final String JOURNAL = "run.jsonl";

    private static final ObjectMapper JSON = new ObjectMapper();

    private RunSettings() {}

    static ObjectNode of(TrainConfig config) {
        ObjectNode flat = JsonNodeFactory.instance.objectNode();
        flatten("", SettingsForm.write(config), flat);
        return flat;
    }

    /** As the journal of a run last has them; empty where there is none. */
    static ObjectNode in(Path run) {
        ObjectNode flat = JsonNodeFactory.instance.objectNode();
        try {
            if (Files.exists(run.resolve(JOURNAL))) {
                List<String> lines = Files.readAllLines(run.resolve(JOURNAL));
                if (!lines.isEmpty()) { // the journal may be begun and not written
                    flatten("", JSON.readTree(lines.get(lines.size() - 1)).path("told"), flat);
                }
            }
            ShippedEncoder.at(run)
                    .origin()
                    .filter(origin -> !origin.recipeText().isEmpty())
                    .ifPresent(origin -> flat.put("views.recipe", OneLine.of(origin.recipeText())));
        } catch (IOException | RefusalException unreadable) {
            return flat; // of what was not read, nothing is shown
        }
        return flat;
    }

    private static void flatten(String path, JsonNode node, ObjectNode into) {
        if (node.isObject()) {
            node.properties()
                    .forEach(each -> flatten(
                            path.isEmpty() ? each.getKey() : path + "." + each.getKey(), each.getValue(), into));
        } else if (!path.isEmpty()) {
            into.put(path, OneLine.of(text(node)));
        }
    }

    private static String text(JsonNode node) {
        if (node.isArray()) {
            List<String> parts = new ArrayList<>();
            node.forEach(part -> parts.add(text(part)));
            return String.join(", ", parts);
        }
        return node.isFloatingPointNumber() ? Numbers.text(node.asDouble()) : node.asText();
    }
}
