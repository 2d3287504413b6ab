package io.streamclr.it;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import com.marcnuri.helm.TemplateCommand;
import com.marcnuri.helm.jni.NativeLibrary;
import io.streamclr.process.version.Build;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The chart of {@code infra/kubernetes/chart}, rendered by Helm itself. */
final class HelmChart {

    static final Path FOLDER = DeploymentFiles.KUBERNETES.resolve("chart");

    /** Helm's library supposes one that is older than the chart allows. */
    private static final String KUBERNETES = "1.34.0";

    private static final Pattern SOURCE = Pattern.compile("(?m)^---\n# Source: streamclr/templates/(\\S+)\n");

    private HelmChart() {}

    /** Skips a test where there is no Helm for this machine among the build's libraries; otherwise it would be downloaded. */
    static void assumeHelm() {
        assumeTrue(
                ServiceLoader.load(NativeLibrary.class).findFirst().isPresent(),
                "Helm's library has nothing for this machine's system and processor");
        try {
            Helm.version().call();
        } catch (RuntimeException | LinkageError missing) {
            assumeTrue(false, "Helm's library does not run on this machine: " + missing);
        }
    }

    /** Of the project, as a release has it. */
    static String version() {
        return Build.here().version().replaceFirst("-SNAPSHOT$", "");
    }

    static LintResult lint() {
        return new Helm(FOLDER).lint().strict().call();
    }

    /** The values that the chart has. */
    static JsonNode values() throws IOException {
        return DeploymentFiles.documents(FOLDER.resolve("values.yaml")).get(0);
    }

    /**
     * What Helm prints for a namespace.
     *
     * @param values that differ from the chart's
     * @throws IllegalStateException with Helm's words, if it refuses them
     */
    static String render(String namespace, JsonNode values) throws IOException {
        Path file = Files.createTempFile("values", ".yaml");
        try {
            Files.writeString(file, values.toString()); // JSON is YAML
            TemplateCommand template = new Helm(FOLDER)
                    .template()
                    .withName("streamclr")
                    .withNamespace(namespace)
                    .withKubeVersion(KUBERNETES)
                    .withValuesFile(file);
            return template.call();
        } finally {
            Files.delete(file);
        }
    }

    /** By kind and name, such as {@code Role/embed-job}. */
    static Map<String, JsonNode> objects(String namespace, JsonNode values) throws IOException {
        return byName(DeploymentFiles.documents(render(namespace, values)));
    }

    static Map<String, JsonNode> byName(List<JsonNode> objects) {
        Map<String, JsonNode> named = new TreeMap<>();
        for (JsonNode object : objects) {
            String name = object.path("kind").asText() + "/"
                    + object.path("metadata").path("name").asText();
            if (named.put(name, object) != null) {
                throw new AssertionError(name + " comes twice");
            }
        }
        return named;
    }

    /** The text that each template gives, by the template's name. @param values that differ from the chart's */
    static Map<String, String> texts(JsonNode values) throws IOException {
        String all = render("streamclr", values);
        Map<String, String> texts = new TreeMap<>();
        Matcher source = SOURCE.matcher(all);
        boolean more = source.find();
        while (more) {
            String name = source.group(1);
            int from = source.end();
            more = source.find();
            String text = all.substring(from, more ? source.start() : all.length());
            texts.merge(name, text.strip() + "\n", (before, next) -> before + "---\n" + next);
        }
        return texts;
    }
}
