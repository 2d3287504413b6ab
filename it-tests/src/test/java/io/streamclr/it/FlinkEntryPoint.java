package io.streamclr.it;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.util.bash.FlinkConfigLoader;

/**
 * What the entry point of Flink's image does to the settings before it starts anything ({@code docker-entrypoint.sh} of
 * Flink 2.2, {@code prepare_configuration}), by the class of Flink's that it calls.
 */
final class FlinkEntryPoint {

    /** The container's own name, where the environment does not say who the JobManager is. */
    static final String OWN_NAME = "own-name.invalid";

    private FlinkEntryPoint() {}

    /** What it sets for a service of a compose file, whatever the file of settings says. */
    static Map<String, String> settings(JsonNode service) {
        JsonNode environment = service.path("environment");
        Map<String, String> set = new LinkedHashMap<>();
        set.put(
                "jobmanager.rpc.address",
                environment.path("JOB_MANAGER_RPC_ADDRESS").asText(OWN_NAME));
        set.put("blob.server.port", "6124");
        set.put("query.server.port", "6125");
        if (environment.has("TASK_MANAGER_NUMBER_OF_TASK_SLOTS")) {
            set.put(
                    "taskmanager.numberOfTaskSlots",
                    environment.path("TASK_MANAGER_NUMBER_OF_TASK_SLOTS").asText());
        }
        if (environment.has("FLINK_PROPERTIES")) {
            environment
                    .path("FLINK_PROPERTIES")
                    .asText()
                    .lines()
                    .map(String::strip)
                    .forEach(line -> {
                        String[] both = line.split(":", 2);
                        set.put(both[0], both[1].strip());
                    });
        }
        return set;
    }

    /** Writes settings over those of a folder's {@code config.yaml}. */
    static void write(Path folder, Map<String, String> settings) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("--configDir", folder.toString()));
        settings.forEach((key, value) -> arguments.add("-D" + key + "=" + value));
        Files.write(
                folder.resolve("config.yaml"),
                FlinkConfigLoader.loadAndModifyConfiguration(arguments.toArray(String[]::new)));
    }
}
