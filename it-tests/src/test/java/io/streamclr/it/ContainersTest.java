package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.streamclr.augment.AugmentMain;
import io.streamclr.embed.EmbedMain;
import io.streamclr.it.Dockerfile.Instruction;
import io.streamclr.it.Dockerfile.Stage;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Dockerfile and the compose files say what is so, and keep the manners of containers. */
class ContainersTest {

    private static final Pattern PINNED =
            Pattern.compile("[a-z0-9./-]+:v?\\d+\\.\\d+[A-Za-z0-9._-]*(@sha256:[0-9a-f]{64})?");
    private static final Set<String> EXEC_FORM = Set.of("RUN", "CMD", "ENTRYPOINT");
    /** The images in which Flink's own entry point stays, and the main classes of their jobs. */
    private static final Map<String, Class<?>> JOBS =
            Map.of("augment-job", AugmentMain.class, "embed-job", EmbedMain.class);

    private static Dockerfile dockerfile;
    private static List<String> images;

    @BeforeAll
    static void readTheDockerfile() throws Exception {
        dockerfile = Dockerfile.read(DeploymentFiles.DOCKER.resolve("Dockerfile"));
        images = dockerfile.images();
    }

    @Test
    void theirNamesAreThoseOfTheDocuments() {
        assertThat(images)
                .containsExactlyInAnyOrder(
                        "ingest", "augment-job", "embed-job", "trainer", "trainer-cuda", "streamclr");
    }

    @Test
    void everyBaseIsPinned() {
        List<String> bases = dockerfile.stages().values().stream()
                .map(Stage::base)
                .filter(base -> !dockerfile.stages().containsKey(base))
                .toList();

        assertThat(bases)
                .hasSize(3)
                .allMatch(base -> PINNED.matcher(base).matches())
                .allMatch(base -> base.contains("@sha256:"));
        assertThat(bases).anyMatch(base -> base.startsWith("flink:" + EnvironmentInformation.getVersion() + "-java17"));
    }

    @Test
    void theLabelsHaveTheVersionOfTheTagsAndTheSourceOfThePom() throws Exception {
        String tag = compose("compose.yaml")
                .path("services")
                .path("trainer")
                .path("image")
                .asText()
                .replaceAll(".*:", "");
        Matcher home = Pattern.compile("<home.url>([^<]+)<")
                .matcher(Files.readString(DeploymentFiles.REPOSITORY.resolve("pom.xml")));
        assertThat(home.find()).isTrue();

        for (String stage : List.of("java", "job")) {
            assertThat(dockerfile.stages().get(stage).instructions())
                    .contains(
                            new Instruction("ARG", "VERSION=" + tag),
                            new Instruction("ARG", "SOURCE=" + home.group(1)));
        }
    }

    @Test
    void noImageRunsAsRoot() {
        assertThat(images).allSatisfy(image -> assertThat(
                        dockerfile.effective(image, "USER").orElseThrow().arguments())
                .isIn("10001:10001", "9999:9999"));
    }

    @Test
    void everyImageSaysWhoLooksAfterItsHealth() {
        assertThat(images).allSatisfy(image -> assertThat(dockerfile.effective(image, "HEALTHCHECK"))
                .isPresent());
    }

    @Test
    void instructionsAreInExecFormAndNothingIsAdded() {
        for (Stage stage : dockerfile.stages().values()) {
            for (Instruction instruction : stage.instructions()) {
                assertThat(instruction.name()).isNotIn("ADD", "MAINTAINER", "VOLUME", "ONBUILD");
                if (EXEC_FORM.contains(instruction.name())) {
                    assertThat(instruction.withoutOptions())
                            .as(stage.name() + ": " + instruction.name())
                            .startsWith("[")
                            .endsWith("]");
                }
                assertThat(instruction.arguments()).doesNotContain("apt", "curl", "sudo", "--build-arg");
            }
        }
    }

    @Test
    void whatIsCopiedIsThereOrIsBuilt() {
        for (Stage stage : dockerfile.stages().values()) {
            for (Instruction copy : stage.instructions()) {
                if (copy.name().equals("COPY") && !copy.arguments().contains("--from=")) {
                    String[] words = copy.arguments().split(" ", -1);
                    String source = words[words.length - 2];
                    assertThat(DeploymentFiles.REPOSITORY.resolve(source)).exists();
                }
            }
        }
    }

    @Test
    void everyModuleIsInReachOfTheBuild() throws Exception {
        List<String> let = Files.readAllLines(DeploymentFiles.REPOSITORY.resolve(".dockerignore"));
        Matcher modules = Pattern.compile("<module>([^</]+)")
                .matcher(Files.readString(DeploymentFiles.REPOSITORY.resolve("pom.xml")));

        int found = 0;
        while (modules.find()) {
            String folder = modules.group(1);
            assertThat(let).containsAnyOf("!" + folder, "!" + folder + "/pom.xml");
            found++;
        }
        assertThat(found).isGreaterThan(5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ingest", "augment-job", "embed-job", "infra/console"})
    void theBillOfMaterialsNamesEveryLibraryOfAnImage(String module) throws Exception {
        Assumptions.assumeTrue(
                "offline=false cyclonedx.skip=false".equals(System.getProperty("maven.session")),
                "no bills of materials were made; './mvnw -Prelease verify' makes and tests them, but not offline");
        Path built = DeploymentFiles.REPOSITORY.resolve(module).resolve("target");
        assertThat(built.resolve("application"))
                .as("'./mvnw package' builds it")
                .exists();
        Set<String> billed = new TreeSet<>();
        for (JsonNode library : DeploymentFiles.JSON
                .readTree(built.resolve("bom.json").toFile())
                .path("components")) {
            billed.add(library.path("name").asText() + "-"
                    + library.path("version").asText());
        }

        try (Stream<Path> jars = Files.list(built.resolve("application"))) {
            assertThat(jars.map(jar ->
                            jar.getFileName().toString().replaceAll("(-(linux|osx)-(x86_64|aarch64))?\\.jar$", "")))
                    .isNotEmpty()
                    .isSubsetOf(billed);
        }
    }

    @Test
    void everyEntryPointIsAMainClass() throws Exception {
        for (String image : images) {
            if (!JOBS.containsKey(image)) {
                List<String> words =
                        dockerfile.effective(image, "ENTRYPOINT").orElseThrow().words();
                Class<?> main = Class.forName(words.get(words.indexOf("-cp") + 2));
                assertThat(main.getMethod("main", String[].class)).isNotNull();
            }
        }
    }

    @Test
    void noImageOfOursBringsABrokerOfItsOwn() throws Exception {
        assertThat(jarsOf("infra/console"))
                .isNotEmpty()
                .noneMatch(jar -> jar.startsWith("kafka_") || jar.startsWith("kafka-server"));
    }

    @Test
    void theJobThatLiesBesideFlinkInItsFolderLibBringsNothingThatIsThereAlready() throws Exception {
        assertThat(dockerfile.stages().get("embed-job").instructions())
                .filteredOn(instruction -> instruction.name().equals("COPY")
                        && instruction.arguments().startsWith("--from=build ")
                        && !instruction.arguments().endsWith("/licenses/"))
                .hasSize(4)
                .allMatch(copy -> copy.arguments().contains(" /opt/flink/lib/"));

        List<String> jars = jarsOf("embed-job");

        assertThat(jars)
                .filteredOn(jar -> jar.startsWith("kafka-clients-")
                        || jar.startsWith("pytorch-engine-")
                        || jar.startsWith("encoder-engine-"))
                .hasSize(3);
        assertThat(jars)
                .noneMatch(jar -> jar.matches("(slf4j|logback|log4j)-.*|kafka_.*"))
                .filteredOn(jar -> jar.startsWith("flink-"))
                .allMatch(jar -> jar.startsWith("flink-connector-"));
    }

    private static List<String> jarsOf(String module) throws Exception {
        try (Stream<Path> jars =
                Files.list(DeploymentFiles.REPOSITORY.resolve(module).resolve("target/application"))) {
            return jars.map(jar -> jar.getFileName().toString()).toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "compose.cuda.yaml"})
    void theComposeFileIsOneToTheLetter(String name) throws Exception {
        JsonNode compose = compose(name);

        assertThat(composeSchema().validate(compose)).isEmpty();
    }

    @Test
    void aMisspelledKeyWouldBeFound() throws Exception {
        JsonNode compose = DeploymentFiles.JSON.readTree("""
                {"services": {"trainer": {"image": "streamclr/trainer:0.3.0", "comand": ["--help"]}}}
                """);

        assertThat(composeSchema().validate(compose)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "compose.cuda.yaml"})
    void everyCommandIsOneThatItsProcessUnderstands(String name) throws Exception {
        int understood = 0;
        for (Map.Entry<String, JsonNode> service :
                compose(name).path("services").properties()) {
            String image =
                    DeploymentFiles.ourName(service.getValue().path("image").asText());
            List<String> command = DeploymentFiles.texts(service.getValue().path("command"));
            if (JOBS.containsKey(image)) {
                command = jobArguments(image, command);
            }
            if (!image.isEmpty()) {
                assertThat(DeploymentFiles.parse(image, command).errors())
                        .as(service.getKey())
                        .isEmpty();
                understood++;
            }
        }

        assertThat(understood).isPositive();
    }

    /** What Flink's entry point hands to the job's main class. */
    private static List<String> jobArguments(String image, List<String> command) {
        if (command.equals(List.of("taskmanager"))) {
            return List.of();
        }
        assertThat(command.subList(0, 2)).containsExactly("standalone-job", "--job-classname");
        assertThat(command.get(2)).isEqualTo(JOBS.get(image).getName());
        return command.subList(3, command.size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"compose.yaml", "compose.cuda.yaml"})
    void everyImageIsPinnedOrBuiltHere(String name) throws Exception {
        for (JsonNode service : compose(name).path("services")) {
            String image = service.path("image").asText();
            assertThat(PINNED.matcher(image).matches()).as(image).isTrue();
            if (service.has("build")) {
                assertThat(service.path("build").path("target").asText()).isEqualTo(DeploymentFiles.ourName(image));
                assertThat(dockerfile.stages())
                        .containsKey(service.path("build").path("target").asText());
            }
        }
    }

    @Test
    void everyPortIsOpenToThisMachineAlone() throws Exception {
        List<String> ports = new ArrayList<>();
        compose("compose.yaml")
                .path("services")
                .forEach(service -> ports.addAll(DeploymentFiles.texts(service.path("ports"))));

        assertThat(ports).isNotEmpty().allMatch(port -> port.startsWith("127.0.0.1:"));
    }

    @Test
    void everyMountedFileIsThere() throws Exception {
        for (JsonNode service : compose("compose.yaml").path("services")) {
            for (String volume : DeploymentFiles.texts(service.path("volumes"))) {
                String source = volume.substring(0, volume.indexOf(':'));
                if (source.startsWith(".")) {
                    assertThat(DeploymentFiles.DOCKER.resolve(source)).exists();
                }
            }
        }
    }

    @Test
    void kafkaIsOursAndItsSettingsAreKafkas() throws Exception {
        JsonNode kafka = compose("compose.yaml").path("services").path("kafka");

        assertThat(kafka.path("image").asText().replaceAll("@.*", ""))
                .isEqualTo("apache/kafka:" + AppInfoParser.getVersion());
        for (Map.Entry<String, JsonNode> setting : kafka.path("environment").properties()) {
            String name = setting.getKey()
                    .substring("KAFKA_".length())
                    .toLowerCase(Locale.ROOT)
                    .replace('_', '.');
            assertThat(AbstractKafkaConfig.CONFIG_DEF.names()).contains(name);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"jobmanager", "taskmanager", "embed-jobmanager", "embed-taskmanager"})
    void flinksSettingsFitTheRestOfTheFiles(String process, @TempDir Path folder) throws Exception {
        JsonNode services = compose("compose.yaml").path("services");
        Files.copy(DeploymentFiles.DOCKER.resolve("flink.yaml"), folder.resolve("config.yaml"));
        FlinkEntryPoint.write(folder, FlinkEntryPoint.settings(services.path(process)));
        Configuration settings = GlobalConfiguration.loadConfiguration(folder.toString());
        List<String> create = DeploymentFiles.texts(services.path("topics").path("command"));

        assertThat(settings.get(PipelineOptions.MAX_PARALLELISM))
                .isEqualTo(Integer.parseInt(create.get(create.indexOf("--partitions") + 1)));
        String jobManager = settings.get(JobManagerOptions.ADDRESS);
        assertThat(DeploymentFiles.texts(services.path(jobManager).path("command")))
                .as("what " + process + " takes for the JobManager")
                .startsWith("standalone-job");
        assertThat(settings.get(RestOptions.ADDRESS)).isEqualTo(jobManager);
        assertThat(settings.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY)).startsWith("file:///var/lib/flink/");
        assertThat(DeploymentFiles.texts(services.path(process).path("volumes")))
                .contains((process.startsWith("embed-") ? "embed" : "flink") + ":/var/lib/flink");
        assertThat(services.path(jobManager).path("image"))
                .isEqualTo(services.path(process).path("image"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"embed-jobmanager", "embed-taskmanager"})
    void whoEmbedsReadsTheTrainersCheckpointsWhereTheTrainerSaysTheyAre(String process) throws Exception {
        JsonNode services = compose("compose.yaml").path("services");
        String trainers = services.path("trainer").path("volumes").path(0).asText();
        List<String> trainer = DeploymentFiles.texts(services.path("trainer").path("command"));

        assertThat(trainer.get(trainer.indexOf("--checkpoints") + 1))
                .startsWith(trainers.substring(trainers.indexOf(':') + 1) + "/");
        assertThat(DeploymentFiles.texts(services.path(process).path("volumes")))
                .contains(trainers + ":ro");
        String[] user = dockerfile
                .effective("trainer", "USER")
                .orElseThrow()
                .arguments()
                .split(":", -1);
        assertThat(DeploymentFiles.texts(services.path(process).path("group_add")))
                .containsExactly(user[1]);
    }

    @Test
    void whatIsForThoseWhoAskStaysAwayUnlessTheyDo() throws Exception {
        List<String> usual = new ArrayList<>();
        compose("compose.yaml").path("services").properties().forEach(service -> {
            if (!service.getValue().has("profiles")) {
                usual.add(service.getKey());
            }
        });

        assertThat(usual)
                .containsExactlyInAnyOrder(
                        "kafka", "topics", "jobmanager", "taskmanager", "trainer", "prometheus", "grafana");
    }

    private static JsonNode compose(String name) throws Exception {
        return DeploymentFiles.documents(DeploymentFiles.DOCKER.resolve(name)).get(0);
    }

    private static JsonSchema composeSchema() throws Exception {
        try (InputStream schema = Files.newInputStream(Path.of("src/test/resources/others/compose.json"))) {
            return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7).getSchema(schema);
        }
    }
}
