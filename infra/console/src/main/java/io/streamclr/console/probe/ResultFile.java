package io.streamclr.console.probe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.schemas.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was measured of a run's encoders, as {@code results.json} in the run's folder: a table for each command that
 * measured, its newest. Nothing depends on it, so what cannot be written or read is left out.
 */
public final class ResultFile {

    /** What it is called in the folder of a run. */
    public static final String FILE = "results.json";

    private static final String FORMAT = "streamclr-results";
    private static final int VERSION = 1;
    private static final Logger LOG = LoggerFactory.getLogger(ResultFile.class);
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ResultFile() {}

    /**
     * Notes a table, in place of an earlier one by the same command.
     *
     * @param run its folder
     * @param by the command
     * @param step of the trained encoder in the table; 0 for baselines alone
     * @return all tables of the run
     */
    public static ArrayNode note(Path run, String by, long step, Instant at, ScoreTable table) {
        ArrayNode tables = JsonNodeFactory.instance.arrayNode();
        for (JsonNode other : read(run)) {
            if (!other.path("by").asText().equals(by)) {
                tables.add(other);
            }
        }
        ObjectNode entry =
                tables.addObject().put("by", by).put("at", at.toString()).put("step", step);
        entry.setAll(table.grid());
        ObjectNode file = JSON.createObjectNode().put("format", FORMAT).put("version", VERSION);
        file.set("tables", tables);
        Path beside = run.resolve(FILE + ".partial");
        try {
            Files.createDirectories(run);
            Files.write(beside, JSON.writeValueAsBytes(file));
            Files.move(beside, run.resolve(FILE), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            LOG.warn("results are not noted in the run's folder folder={} reason={}", run, FileFault.of(unwritable));
        }
        return tables;
    }

    /** The tables of a run; none where there are none that this release can read. */
    public static ArrayNode read(Path run) {
        ArrayNode tables = JsonNodeFactory.instance.arrayNode();
        Path file = run.resolve(FILE);
        try {
            Optional<byte[]> content = SmallFile.read(file);
            if (content.isEmpty()) {
                return tables;
            }
            JsonNode read = JSON.readTree(content.get());
            boolean known = read.path("format").asText().equals(FORMAT)
                    && read.path("version").asInt() == VERSION;
            if (known) {
                read.path("tables").forEach(entry -> {
                    if (isTable(entry)) {
                        tables.add(entry);
                    }
                });
            }
            return tables;
        } catch (IOException damaged) {
            LOG.warn("results of the run cannot be read file={} reason={}", file, FileFault.of(damaged));
            return tables;
        }
    }

    private static boolean isTable(JsonNode entry) {
        return entry.path("by").isTextual()
                && entry.path("step").isIntegralNumber()
                && isListOfObjects(entry.path("measures"))
                && isListOfObjects(entry.path("rows"));
    }

    private static boolean isListOfObjects(JsonNode list) {
        return list.isArray() && list.valueStream().allMatch(JsonNode::isObject);
    }
}
