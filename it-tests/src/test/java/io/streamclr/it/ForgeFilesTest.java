package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files for a forge run what the documents say, test every module once, and trust nobody more than they must. */
class ForgeFilesTest {

    private static final Path FORGE = DeploymentFiles.REPOSITORY.resolve(".github");

    private static final Pattern PINNED = Pattern.compile("([\\w.-]+/[\\w./-]+)@([0-9a-f]{40}) # v\\d+\\.\\d+\\.\\d+");

    /** What a shell is handed as text, and may hold anything. */
    private static final Pattern OF_STRANGERS = Pattern.compile("\\$\\{\\{(?!\\s*matrix\\.)");

    @ParameterizedTest
    @ValueSource(strings = {"build.yaml", "release.yaml"})
    void everyActionIsOneCommitOfOneRelease(String name) throws Exception {
        Map<String, Set<String>> commits = new HashMap<>();
        for (String line : Files.readAllLines(workflow(name))) {
            if (line.contains("uses:")) {
                var pinned = PINNED.matcher(
                        line.substring(line.indexOf("uses:") + "uses:".length()).strip());
                assertThat(pinned.matches()).as(line).isTrue();
                commits.computeIfAbsent(pinned.group(1), action -> new HashSet<>())
                        .add(pinned.group(2));
            }
        }

        assertThat(commits)
                .containsKey("actions/checkout")
                .allSatisfy((action, pins) -> assertThat(pins).as(action).hasSize(1));
    }

    @Test
    void nothingMayWriteButWhatPublishesARelease() throws Exception {
        Map<String, JsonNode> wider = new HashMap<>();
        for (String name : List.of("build.yaml", "release.yaml")) {
            JsonNode workflow = read(workflow(name));
            assertThat(workflow.path("permissions").toString()).isEqualTo("{\"contents\":\"read\"}");
            workflow.path("jobs").properties().forEach(job -> {
                if (job.getValue().has("permissions")) {
                    wider.put(job.getKey(), job.getValue().path("permissions"));
                }
                assertThat(job.getValue().path("timeout-minutes").asInt())
                        .as(job.getKey() + " ends")
                        .isPositive();
            });
        }

        assertThat(wider).containsOnlyKeys("publish");
        wider.get("publish").properties().forEach(right -> assertThat(right.getKey())
                .isIn("contents", "id-token", "attestations"));
        JsonNode build = read(workflow("build.yaml"));
        assertThat(build.toString()).doesNotContain("secrets.").doesNotContain("pull_request_target");
    }

    @ParameterizedTest
    @ValueSource(strings = {"build.yaml", "release.yaml"})
    void noTextOfStrangersIsPartOfACommand(String name) throws Exception {
        assertThat(commands(name))
                .isNotEmpty()
                .noneMatch(text -> OF_STRANGERS.matcher(text).find());
        for (JsonNode step : steps(name)) {
            if (step.path("uses").asText().startsWith("actions/checkout@")) {
                assertThat(step.path("with").path("persist-credentials").asBoolean(true))
                        .isFalse();
            }
        }
    }

    /** Words in capitals stand in the documents for what a matrix fills in. */
    @ParameterizedTest
    @ValueSource(strings = {"build.yaml", "release.yaml"})
    void theCommandsAreThoseOfTheDocuments(String name) throws Exception {
        String documents = Files.readString(DeploymentFiles.REPOSITORY.resolve("CONTRIBUTING.md"))
                + Files.readString(DeploymentFiles.REPOSITORY.resolve("README.md"));
        List<String> ours = commands(name).stream()
                .flatMap(String::lines)
                .map(String::strip)
                .filter(line -> line.matches("(\\./|docker compose|helm ).*"))
                .map(line -> line.replace(" -B -ntp", "")
                        .replace("\"-Dreleases.url=$RELEASES_URL\"", "-Dreleases.url=URL")
                        .replace("${{ matrix.modules }}", "MODULES")
                        .replace("${{ matrix.platform }}", "PLATFORM"))
                .toList();

        assertThat(ours).isNotEmpty();
        assertThat(ours.stream().filter(command -> !documents.contains(command)))
                .isEmpty();
    }

    @Test
    void everyModuleIsTestedInOneJob() throws Exception {
        List<String> tested = new ArrayList<>();
        for (JsonNode group :
                job("build.yaml", "test").path("strategy").path("matrix").path("include")) {
            tested.addAll(Arrays.asList(group.path("modules").asText().split(",", -1)));
        }

        assertThat(tested).containsExactlyInAnyOrderElementsOf(inPom("<module>(.+)</module>"));
    }

    @Test
    void anArchiveIsMadeForEveryPlatformThatPyTorchHasALibraryFor() throws Exception {
        Set<String> platforms = new TreeSet<>(DeploymentFiles.texts(
                job("release.yaml", "archives").path("strategy").path("matrix").path("platform")));

        assertThat(platforms).isEqualTo(new TreeSet<>(inPom("<pytorch.platform>(.+)</pytorch.platform>")));
    }

    @Test
    void everyImageIsMadeForBothProcessorsAndGetsOneName() throws Exception {
        JsonNode matrix = job("release.yaml", "images").path("strategy").path("matrix");
        Set<String> made = new TreeSet<>();
        for (String target : DeploymentFiles.texts(matrix.path("target"))) {
            made.add(target + " " + String.join(" ", DeploymentFiles.texts(matrix.path("architecture"))));
        }
        for (JsonNode more : matrix.path("include")) {
            if (more.has("target")) {
                made.add(more.path("target").asText() + " "
                        + more.path("architecture").asText());
            }
        }
        Set<String> named = new TreeSet<>();
        for (JsonNode each : job("release.yaml", "image-names")
                .path("strategy")
                .path("matrix")
                .path("include")) {
            named.add(each.path("target").asText() + " "
                    + each.path("architectures").asText());
        }
        List<String> images =
                Dockerfile.read(DeploymentFiles.DOCKER.resolve("Dockerfile")).images();

        assertThat(named).isEqualTo(made);
        assertThat(made.stream().map(each -> each.substring(0, each.indexOf(' '))))
                .containsExactlyInAnyOrderElementsOf(images);
        assertThat(made).contains("trainer amd64 arm64", "trainer-cuda amd64");
        assertThat(job("release.yaml", "images").findValuesAsText("build-args"))
                .as("what labels and --version say")
                .allMatch(given -> given.contains("REVISION=${{ github.sha }}") && given.contains("SOURCE="))
                .hasSize(1);
    }

    @Test
    void theChartIsPartOfTheRelease() throws Exception {
        JsonNode publish = job("release.yaml", "publish");

        assertThat(DeploymentFiles.texts(publish.path("needs"))).contains("archives", "chart");
        assertThat(job("release.yaml", "chart").findValuesAsText("path")).containsExactly("release/");
        assertThat(publish.findValuesAsText("run")).anyMatch(command -> command.matches("sha256sum .*\\*\\.tgz.*"));
    }

    @Test
    void whatSignsReadsItsKeyFromTheEnvironment() throws Exception {
        String command = commands("release.yaml").stream()
                .filter(text -> text.contains("deploy"))
                .findFirst()
                .orElseThrow();

        assertThat(command).contains("-Prelease,sign", "-Dgpg.signer=bc").doesNotContainIgnoringCase("passphrase");
        assertThat(job("release.yaml", "libraries").findValues("MAVEN_GPG_KEY")).hasSize(1);
        assertThat(Files.readString(DeploymentFiles.REPOSITORY.resolve("pom.xml")))
                .contains("<bestPractices>true</bestPractices>");
    }

    @Test
    void updatesAreProposedForAllThatIsPinnedButWhatTheBuildRefuses() throws Exception {
        Map<String, JsonNode> ecosystems = new HashMap<>();
        for (JsonNode each : read(FORGE.resolve("dependabot.yml")).path("updates")) {
            ecosystems.put(each.path("package-ecosystem").asText(), each);
            assertThat(DeploymentFiles.REPOSITORY.resolve(
                            each.path("directory").asText().substring(1)))
                    .isDirectory();
        }

        assertThat(ecosystems).containsOnlyKeys("maven", "github-actions", "docker", "docker-compose");
        assertThat(Files.readString(DeploymentFiles.REPOSITORY.resolve("pom.xml")))
                .contains("<exclude>org.apache.kafka:kafka-clients:[4.3,)</exclude>");
        assertThat(ecosystems.get("maven").path("ignore").path(0).toString())
                .isEqualTo("{\"dependency-name\":\"org.apache.kafka:*\",\"versions\":[\">=4.3\"]}");
    }

    @Test
    void whoReportsAFaultIsAskedHowToSeeItAndWithWhichVersion() throws Exception {
        List<Path> forms = DeploymentFiles.yamlFiles(FORGE.resolve("ISSUE_TEMPLATE"));
        for (Path form : forms) {
            JsonNode read = read(form);
            Set<String> ids = new HashSet<>();
            for (JsonNode field : read.path("body")) {
                assertThat(field.path("type").asText()).isIn("markdown", "textarea", "input");
                if (field.has("id")) {
                    assertThat(field.path("attributes").path("label").asText()).isNotEmpty();
                    assertThat(ids.add(field.path("id").asText())).isTrue();
                }
            }
            assertThat(read.path("name").asText()).isNotEmpty();
            assertThat(ids).isNotEmpty();
        }

        assertThat(forms).hasSize(2);
        assertThat(read(FORGE.resolve("ISSUE_TEMPLATE/fault.yaml")).findValuesAsText("id"))
                .contains("repeat", "version");
    }

    private static Path workflow(String name) {
        return FORGE.resolve("workflows").resolve(name);
    }

    private static JsonNode read(Path file) throws IOException {
        List<JsonNode> documents = DeploymentFiles.documents(file);
        assertThat(documents).hasSize(1);
        return documents.get(0);
    }

    private static JsonNode job(String workflow, String name) throws IOException {
        return read(workflow(workflow)).path("jobs").path(name);
    }

    private static List<JsonNode> steps(String name) throws IOException {
        List<JsonNode> steps = new ArrayList<>();
        read(workflow(name)).path("jobs").forEach(job -> job.path("steps").forEach(steps::add));
        return steps;
    }

    /** All that workflows have shells do. */
    private static List<String> commands(String name) throws IOException {
        return steps(name).stream()
                .filter(step -> step.has("run"))
                .map(step -> step.path("run").asText())
                .toList();
    }

    private static List<String> inPom(String pattern) throws IOException {
        try (Stream<MatchResult> found = Pattern.compile(pattern)
                .matcher(Files.readString(DeploymentFiles.REPOSITORY.resolve("pom.xml")))
                .results()) {
            return found.map(each -> each.group(1)).collect(Collectors.toList());
        }
    }
}
