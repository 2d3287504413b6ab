package io.streamclr.it;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.streamclr.augment.AugmentCommand;
import io.streamclr.console.Console;
import io.streamclr.embed.EmbedJobCommand;
import io.streamclr.ingest.IngestCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;

/** What lies under {@code infra} for containers and clusters, and what it speaks to: the real command lines. */
final class DeploymentFiles {

    static final ObjectMapper JSON = new ObjectMapper();

    /** The top of the repository; tests run in the folder of their module. */
    static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();

    static final Path DOCKER = REPOSITORY.resolve("infra/docker");
    static final Path KUBERNETES = REPOSITORY.resolve("infra/kubernetes");

    private DeploymentFiles() {}

    /** The documents of a YAML file, with its anchors and merges resolved; a key that comes twice is an error. */
    static List<JsonNode> documents(Path file) throws IOException {
        return documents(Files.readString(file));
    }

    /** The documents of a YAML text that are not empty. */
    static List<JsonNode> documents(String text) {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        List<JsonNode> documents = new ArrayList<>();
        for (Object document : new Yaml(new SafeConstructor(options)).loadAll(text)) {
            if (document != null) {
                documents.add(JSON.valueToTree(document));
            }
        }
        return documents;
    }

    /** All YAML files of a folder, by name. */
    static List<Path> yamlFiles(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }

    /** Every Kubernetes object, whichever file it stands in. */
    static List<JsonNode> kubernetesObjects() throws IOException {
        List<JsonNode> objects = new ArrayList<>();
        for (Path file : yamlFiles(KUBERNETES)) {
            if (!file.endsWith("kustomization.yaml")) {
                objects.addAll(documents(file));
            }
        }
        return objects;
    }

    /** The Kubernetes objects of a kind. */
    static List<JsonNode> kubernetesObjects(String kind) throws IOException {
        return kubernetesObjects().stream()
                .filter(object -> object.path("kind").asText().equals(kind))
                .toList();
    }

    /** The file of client properties that every pod has, as it comes. */
    static String clientProperties() throws IOException {
        return kubernetesObjects("ConfigMap")
                .get(0)
                .path("data")
                .path("client.properties")
                .asText();
    }

    static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }

    /**
     * Has the command line of an image read its arguments, as it does at its start.
     *
     * @param image its name without registry and tag
     * @throws CommandLine.ParameterException if it does not understand them
     */
    static CommandLine.ParseResult parse(String image, List<String> arguments) {
        List<String> words = new ArrayList<>(arguments);
        if (image.startsWith("trainer")) {
            words.add(0, "train"); // the entry point's last word
        }
        CommandLine command =
                switch (image) {
                    case "ingest" -> new CommandLine(new IngestCommand());
                    case "augment-job" -> new CommandLine(new AugmentCommand());
                    case "embed-job" -> new CommandLine(new EmbedJobCommand());
                    case "trainer", "trainer-cuda", "streamclr" -> Console.commandLine();
                    default -> throw new IllegalArgumentException("No command line is known of image " + image);
                };
        return command.setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words.toArray(String[]::new));
    }

    /** {@code streamclr/trainer:0.3.0} is {@code trainer}; empty for an image of others. */
    static String ourName(String image) {
        return image.startsWith("streamclr/") ? image.substring("streamclr/".length(), image.lastIndexOf(':')) : "";
    }
}
