package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart is the one source of what Kustomize takes, has the version of the project, and refuses wrong values. */
class HelmChartTest {

    /** Of the component for Kustomize that puts ranks in the place of the trainer. */
    private static final Path RANKS = DeploymentFiles.KUBERNETES.resolve("ranks/ranks.yaml");

    private static final JsonNode TWO_RANKS = DeploymentFiles.JSON
            .createObjectNode()
            .set("trainer", DeploymentFiles.JSON.createObjectNode().put("ranks", 2));

    private static final Path ALERTS = DeploymentFiles.REPOSITORY.resolve("infra/observability/alerts.yml");

    @BeforeAll
    static void helmRunsHere() throws IOException {
        HelmChart.assumeHelm();
        if (Boolean.getBoolean("kubernetes.write")) { // CONTRIBUTING.md has the command
            Files.write(HelmChart.FOLDER.resolve("alerts.yml"), Files.readAllBytes(ALERTS));
            for (Map.Entry<Path, String> file : rendered().entrySet()) {
                Files.writeString(file.getKey(), file.getValue());
            }
        }
    }

    private static Map<Path, String> rendered() throws IOException {
        Map<Path, String> rendered = new TreeMap<>();
        HelmChart.texts(DeploymentFiles.JSON.createObjectNode())
                .forEach((template, text) ->
                        rendered.put(DeploymentFiles.KUBERNETES.resolve(template), heading(template) + text));
        rendered.put(RANKS, heading("ranks.yaml") + HelmChart.texts(TWO_RANKS).get("ranks.yaml"));
        return rendered;
    }

    private static String heading(String template) {
        return "# Rendered from chart/templates/" + template + "; CONTRIBUTING.md says how.\n";
    }

    @Test
    void theFilesForKustomizeAreWhatTheChartRenders() throws Exception {
        Map<Path, String> rendered = rendered();
        Set<Path> there = new TreeSet<>(DeploymentFiles.yamlFiles(DeploymentFiles.KUBERNETES));
        there.addAll(DeploymentFiles.yamlFiles(RANKS.getParent()));
        there.removeIf(file -> file.endsWith("kustomization.yaml") || file.endsWith("namespace.yaml"));

        assertThat(there).isEqualTo(rendered.keySet());
        for (Path file : there) {
            assertThat(file)
                    .as("after a change of the chart, write the files as CONTRIBUTING.md says")
                    .hasContent(rendered.get(file));
        }
    }

    @Test
    void theAlertsAreThoseOfTheObservabilityFiles() throws Exception {
        assertThat(HelmChart.FOLDER.resolve("alerts.yml")).hasSameBinaryContentAs(ALERTS);
    }

    @Test
    void kustomizeAndHelmGiveTheSameObjects() throws Exception {
        assertSameObjects(DeploymentFiles.KUBERNETES, DeploymentFiles.JSON.createObjectNode());
    }

    @Test
    void theComponentForKustomizeGivesTheObjectsOfRanks(@TempDir Path copy) throws Exception {
        copyForKustomize(copy);
        Path list = copy.resolve("kustomization.yaml");
        Files.writeString(list, Files.readString(list).replace("# components: [ranks]", "components: [ranks]"));

        assertSameObjects(copy, TWO_RANKS);
    }

    private static void assertSameObjects(Path folder, JsonNode values) throws Exception {
        Map<String, JsonNode> byKustomize = HelmChart.byName(DeploymentFiles.documents(Kustomize.build(folder)));
        JsonNode namespace = byKustomize.remove("Namespace/streamclr");
        byKustomize.values().forEach(object -> {
            JsonNode in =
                    ((com.fasterxml.jackson.databind.node.ObjectNode) object.path("metadata")).remove("namespace");
            assertThat(in.asText()).isEqualTo("streamclr");
        });

        assertThat(namespace.path("metadata").path("labels").size()).isPositive();
        assertThat(byKustomize).isEqualTo(new TreeMap<>(HelmChart.objects("streamclr", values)));
    }

    private static void copyForKustomize(Path copy) throws IOException {
        for (String folder : List.of("", "ranks")) {
            Files.createDirectories(copy.resolve(folder));
            for (Path file : DeploymentFiles.yamlFiles(DeploymentFiles.KUBERNETES.resolve(folder))) {
                Files.copy(file, copy.resolve(folder).resolve(file.getFileName()));
            }
        }
        Path settings = Path.of("kustomize/flink-images.yaml");
        Files.createDirectory(copy.resolve("kustomize"));
        Files.copy(DeploymentFiles.KUBERNETES.resolve(settings), copy.resolve(settings));
    }

    @ParameterizedTest
    @ValueSource(strings = {"# components: [ranks]", "components: [ranks]"})
    void kustomizeSetsTheImagesOfAllProcesses(String components, @TempDir Path copy) throws Exception {
        copyForKustomize(copy);
        Path list = copy.resolve("kustomization.yaml");
        Files.writeString(
                list,
                Files.readString(list)
                        .replace("# components: [ranks]", components)
                        .replace("newTag: " + HelmChart.version(), "newTag: of-another-day"));

        Set<String> images = new TreeSet<>();
        DeploymentFiles.documents(Kustomize.build(copy))
                .forEach(object -> images.addAll(object.findValuesAsText("image")));

        assertThat(images)
                .hasSize(4)
                .allMatch(image -> image.startsWith("streamclr/") && image.endsWith(":of-another-day"));
    }

    @Test
    void helmFindsNothingToSayOfIt() {
        assertThat(HelmChart.lint().isFailed()).isFalse();
        assertThat(HelmChart.lint().getMessages()).containsExactly("[INFO] Chart.yaml: icon is recommended");
    }

    @Test
    void itHasTheVersionOfTheProject() throws Exception {
        JsonNode chart = DeploymentFiles.documents(HelmChart.FOLDER.resolve("Chart.yaml"))
                .get(0);

        assertThat(chart.path("version").asText()).isEqualTo(HelmChart.version());
        assertThat(chart.path("appVersion").asText()).isEqualTo(HelmChart.version());
    }

    @Test
    void aPackageHasItsVersionAndAllThatItIsRenderedFrom(@TempDir Path folder) throws Exception {
        new Helm(HelmChart.FOLDER).packageIt().withDestination(folder).call();

        Path archive = folder.resolve("streamclr-" + HelmChart.version() + ".tgz");
        Process listing = new ProcessBuilder("tar", "-tzf", archive.toString()).start();
        Set<String> packed = new TreeSet<>(
                listing.inputReader(StandardCharsets.UTF_8).lines().toList());
        try (Stream<Path> files = Files.walk(HelmChart.FOLDER)) {
            assertThat(files.filter(Files::isRegularFile).map(file -> "streamclr/" + HelmChart.FOLDER.relativize(file)))
                    .allMatch(packed::contains);
        }
    }

    /** The second word is what the user reads: where it is, or the whole of what to do. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"partitions": 0}                                 | at '/partitions': minimum: got 0, want 1
            {"partition": 12}                                 | additional properties 'partition' not allowed
            {"trainer": null}                                 | missing property 'trainer'
            {"kafka": {"disk": null}}                         | at '/kafka': missing property 'disk'
            {"images": {"registry": "https://example.com"}}   | at '/images/registry'
            {"images": {"tag": "a b"}}                        | at '/images/tag'
            {"kafka": {"disk": "much"}}                       | at '/kafka/disk'
            {"kafka": {"heap": "2Gi"}}                        | at '/kafka/heap'
            {"kafka": {"name": "A"}}                          | at '/kafka/name'
            {"augment": {"passes": "two"}}                    | at '/augment/passes': got string, want integer
            {"augment": {"taskManager": {"memory": "4Gi"}}}   | at '/augment/taskManager/memory'
            {"trainer": {"memory": 32}}                       | at '/trainer/memory': got number, want string
            {"trainer": {"cpu": "four"}}                      | at '/trainer/cpu'
            {"trainer": {"cpu": 0}}                           | at '/trainer/cpu': exclusiveMinimum
            {"trainer": {"gpus": -1}}                         | at '/trainer/gpus'
            {"trainer": {"options": "--run 'a b'"}}           | at '/trainer/options'
            {"trainer": {"volume": {"accessMode": "All"}}}    | at '/trainer/volume/accessMode'
            {"networkPolicies": {"kubernetesApi": ["here"]}}  | at '/networkPolicies/kubernetesApi/0'
            {"kafka": {"copies": 4}}                          | kafka.copies 4 is more than kafka.brokers 3
            {"embed": {"parallelism": 25}}                    | embed.parallelism 25 is more than partitions 24
            {"trainer": {"options": "--device cpu"}}          | trainer.options names --device, which follows from trainer.gpus
            {"trainer": {"volume": {"accessMode": "ReadWriteOnce"}}} | give ReadWriteMany, or embed.enabled=false
            {"trainer": {"ranks": 0}}                         | at '/trainer/ranks': minimum: got 0, want 1
            {"trainer": {"ranks": 25}}                        | partitions 24 is no multiple of trainer.ranks 25
            {"trainer": {"ranks": 2, "gpus": 2}}              | trainer.gpus 2 is for a trainer without ranks
            {"trainer": {"ranks": 2, "options": "--ranks 2"}} | trainer.options names --ranks, which starts processes in one pod
            {"embed": {"enabled": false}, "trainer": {"ranks": 2, "volume": {"accessMode": "ReadWriteOnce"}}} | each of trainer.ranks 2 mounts it on its own: give ReadWriteMany
            """)
    void aWrongValueIsRefusedInASentence(String values, String sentence) throws Exception {
        JsonNode wrong = DeploymentFiles.JSON.readTree(values);

        assertThatThrownBy(() -> HelmChart.render("streamclr", wrong)).hasMessageContaining(sentence);
    }
}
