package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A service of a compose file, as the words after {@code podman run}. What the file says and this does not know is an error,
 * so that nothing is shipped that is not run.
 */
record ComposedService(String name, JsonNode definition) {

    /** Of the engine that restarts, builds, orders and watches; and ports, which containers of one network do without. */
    private static final Set<String> OF_THE_ENGINE =
            Set.of("restart", "build", "depends_on", "profiles", "deploy", "healthcheck", "ports");

    private static final Set<String> KNOWN = Set.of(
            "image",
            "command",
            "environment",
            "volumes",
            "cap_drop",
            "security_opt",
            "read_only",
            "tmpfs",
            "group_add",
            "stop_grace_period");

    String image() {
        return definition.path("image").asText();
    }

    /** How long the engine waits after SIGTERM; ten seconds where the file does not say. */
    Duration grace() {
        String grace = definition.path("stop_grace_period").asText("10s");
        return Duration.parse("PT" + grace.toUpperCase(Locale.ROOT));
    }

    /** The health check of the file, or else none. */
    List<String> healthCheck() {
        List<String> words =
                DeploymentFiles.texts(definition.path("healthcheck").path("test"));
        if (!words.isEmpty()) {
            assertThat(words.remove(0)).isEqualTo("CMD");
        }
        return words;
    }

    /**
     * @param image stands in for the one that is named
     * @param project before the names of volumes
     * @param variables of the environment in which the file is read
     * @param instead words of the command, and what stands in for them
     */
    List<String> words(
            String image,
            String project,
            Map<String, String> variables,
            Map<String, String> instead,
            List<String> more) {
        definition.fieldNames().forEachRemaining(key -> assertThat(KNOWN.contains(key) || OF_THE_ENGINE.contains(key))
                .as("key " + key + " of service " + name + " is one that this test runs")
                .isTrue());
        List<String> words = new ArrayList<>(List.of("--name", project + "-" + name, "--network-alias", name));
        definition.path("environment").properties().forEach(each -> {
            words.addAll(List.of("-e", each.getKey() + "=" + each.getValue().asText()));
        });
        for (String volume : DeploymentFiles.texts(definition.path("volumes"))) {
            words.addAll(List.of("-v", mounted(volume, project, variables)));
        }
        DeploymentFiles.texts(definition.path("cap_drop")).forEach(each -> words.addAll(List.of("--cap-drop", each)));
        for (String option : DeploymentFiles.texts(definition.path("security_opt"))) {
            words.addAll(List.of("--security-opt", option.replaceAll(":true$", "")));
        }
        if (definition.path("read_only").asBoolean()) {
            words.addAll(List.of("--read-only", "--read-only-tmpfs=false"));
        }
        DeploymentFiles.texts(definition.path("tmpfs")).forEach(each -> words.addAll(List.of("--tmpfs", each)));
        DeploymentFiles.texts(definition.path("group_add")).forEach(each -> words.addAll(List.of("--group-add", each)));
        words.addAll(List.of("--stop-timeout", String.valueOf(grace().toSeconds())));
        words.addAll(more);
        words.add(image);
        for (String word : DeploymentFiles.texts(definition.path("command"))) {
            words.add(instead.getOrDefault(word, word));
        }
        return words;
    }

    /** A named volume gets the project's name in front; {@code ${NAME:-OTHER}} is filled in. */
    private static String mounted(String volume, String project, Map<String, String> variables) {
        String filled = volume;
        for (Map.Entry<String, String> variable : variables.entrySet()) {
            filled = filled.replaceAll("\\$\\{" + variable.getKey() + ":-[^}]*\\}", variable.getValue());
        }
        assertThat(filled).doesNotContain("${").doesNotStartWith(".");
        return filled.startsWith("/") ? filled : project + "-" + filled;
    }
}
