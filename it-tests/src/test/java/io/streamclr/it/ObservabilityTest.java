package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.streamclr.augment.AugmentConfig;
import io.streamclr.augment.AugmentConfig.TopicNames;
import io.streamclr.augment.AugmentJob;
import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.augment.view.Recipe;
import io.streamclr.embed.EmbedConfig;
import io.streamclr.embed.EmbedJob;
import io.streamclr.embed.encoders.Gate;
import io.streamclr.embed.job.Computing;
import io.streamclr.embed.job.EmbedSettings;
import io.streamclr.ingest.Ingest;
import io.streamclr.ingest.IngestConfig;
import io.streamclr.ingest.IngestListener;
import io.streamclr.ingest.publish.ImageTopic;
import io.streamclr.ingest.push.PushServer;
import io.streamclr.ingest.push.Token;
import io.streamclr.local.Streamclr;
import io.streamclr.process.metrics.MetricsEndpoint;
import io.streamclr.process.port.ServerPort;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.stream.source.ImagesFormat;
import io.streamclr.stream.source.Passes;
import io.streamclr.stream.start.Checkpoints;
import io.streamclr.stream.start.RunningJob;
import io.streamclr.trainer.probe.LabelledImages;
import io.streamclr.trainer.run.Training;
import io.streamclr.trainer.views.ViewRenderer;
import io.streamclr.trainer.watch.HeldOut;
import io.streamclr.trainer.watch.OldData;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What dashboards, alerts and documents name is what a real run shows to Prometheus. */
@ExtendWith(RealBroker.class)
class ObservabilityTest {

    private static final Path FILES = Path.of("..", "infra", "observability");
    private static final Pattern REMEDY = Pattern.compile("(?m)^\\| `Streamclr\\w+` \\|(.*)\\|$");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern METRIC = Pattern.compile("streamclr_[a-z_]+");
    private static final String HERE = "127.0.0.1";
    private static final int IMAGES = 200;
    /** After the last of them the network is measured. */
    private static final int STEPS = 20;

    @TempDir
    Path folder;

    @Test
    void everyMetricThatIsNamedIsShownByARealRun() throws Exception {
        Set<String> shown = metricsOfARun();

        assertThat(metricsIn(Files.readString(FILES.resolve("grafana/streamclr.json"))))
                .isNotEmpty()
                .isSubsetOf(shown);
        assertThat(metricsIn(Files.readString(FILES.resolve("alerts.yml"))))
                .isNotEmpty()
                .isSubsetOf(shown);
        assertThat(metricsIn(Files.readString(Path.of("..", "docs", "operations.md"))))
                .as("the table of metrics has each, and no other")
                .isEqualTo(metricsWorthATable(shown));
    }

    @Test
    void prometheusReadsEveryProcessThatShowsMetrics() throws Exception {
        Set<String> read = new TreeSet<>();
        for (JsonNode job : new ObjectMapper(new YAMLFactory())
                .readTree(FILES.resolve("prometheus.yml").toFile())
                .path("scrape_configs")) {
            read.add(job.path("job_name").asText());
        }

        Set<String> shown = new TreeSet<>();
        Streamclr.commandLine().getSubcommands().forEach((name, command) -> {
            // The demo's trainer and job are those of the other lines.
            if (showsMetrics(command) && !name.equals("demo")) {
                shown.add("streamclr-" + (name.equals("train") ? "trainer" : name));
            }
        });
        assertThat(read).isEqualTo(shown);
    }

    private static boolean showsMetrics(CommandLine command) {
        return command.getCommandSpec().findOption("--metrics-port") != null
                || command.getSubcommands().values().stream().anyMatch(ObservabilityTest::showsMetrics);
    }

    @Test
    void everyAlertCanBeReadByPrometheusAndIsInTheOperatorsTable() throws Exception {
        ObjectMapper strict = new ObjectMapper(new YAMLFactory())
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

        Rules rules = strict.readValue(FILES.resolve("alerts.yml").toFile(), Rules.class);

        String operations = Files.readString(Path.of("..", "docs", "operations.md"));
        List<Rule> all = rules.groups().get(0).rules();
        assertThat(all).hasSizeGreaterThanOrEqualTo(5);
        assertThat(all).allSatisfy(rule -> {
            assertThat(rule.alert()).startsWith("Streamclr");
            assertThat(rule.labels().get("severity")).isIn("warning", "critical");
            assertThat(rule.annotations()).containsOnlyKeys("summary", "description");
            assertThat(operations).contains("`" + rule.alert() + "`");
        });
    }

    @Test
    void everyRemedyNamesCommandsAndOptionsThatThereAre() throws Exception {
        String operations = Files.readString(Path.of("..", "docs", "operations.md"));
        int options = 0;
        for (Matcher row = REMEDY.matcher(operations); row.find(); ) {
            for (Matcher code = CODE.matcher(row.group(1)); code.find(); ) {
                List<String> words =
                        List.of(code.group(1).replaceFirst("^streamclr ", "").split(" "));
                List<CommandLine> meant = commandsMeantBy(words);
                for (String option : words) {
                    if (option.startsWith("--")) {
                        options++;
                        assertThat(meant)
                                .as(row.group())
                                .anyMatch(each -> each.getCommandSpec().findOption(option) != null);
                    }
                }
            }
        }

        assertThat(options).isGreaterThan(3);
    }

    /** The command that the words begin with, which must be there; or all of them, where they begin with an option. */
    private static List<CommandLine> commandsMeantBy(List<String> words) {
        CommandLine command = Streamclr.commandLine();
        if (words.get(0).startsWith("--")) {
            return List.copyOf(command.getSubcommands().values());
        }
        for (String word : words) {
            if (!word.matches("[a-z]+")) {
                break;
            }
            assertThat(command.getSubcommands()).containsKey(word);
            command = command.getSubcommands().get(word);
        }
        return List.of(command);
    }

    /** The form of Prometheus's rule files, as far as it is used. */
    private record Rules(@JsonProperty(required = true) List<Group> groups) {}

    private record Group(String name, List<Rule> rules) {}

    private record Rule(
            String alert,
            String expr,
            @JsonProperty("for") String lasting,
            Map<String, String> labels,
            Map<String, String> annotations) {}

    private static Set<String> metricsIn(String text) {
        Set<String> found = new TreeSet<>();
        for (Matcher each = METRIC.matcher(text); each.find(); ) {
            found.add(each.group());
        }
        return found;
    }

    private static LabelledImages heldOut(int side) {
        ByteBuffer black = ByteBuffer.allocateDirect(60 * side * side * 3);
        return new LabelledImages(
                black, side, side, IntStream.range(0, 60).map(i -> i % 2).toArray());
    }

    /** Counts and sums stand for one thing, and creation times for none. */
    private static Set<String> metricsWorthATable(Set<String> shown) {
        Set<String> worth = new TreeSet<>();
        shown.stream()
                .filter(name -> !name.matches(".*_(count|sum|max|created)"))
                .forEach(worth::add);
        return worth;
    }

    /** The names that Prometheus stores, after a run of all processes. */
    private Set<String> metricsOfARun() throws Exception {
        RealBroker.create(Topic.IMAGES, "seen.images", 2);
        RealBroker.create(Topic.VIEWS, "seen.views", 2);
        RealBroker.create(Topic.IMAGES_REJECTED, "seen.rejects", 2);
        RealBroker.create(Topic.BATCHES, "seen.batches", 1);
        RealBroker.create(Topic.ENCODERS, "seen.encoders", 1);
        RealBroker.create(Topic.EMBEDDINGS, "seen.embeddings", 2);
        RealBroker.create(Topic.EMBEDDINGS_ENCODERS, "seen.embeddings.encoders", 1);
        Pictures.write(folder.resolve("pictures"), IMAGES, 28);
        StringBuilder scraped = new StringBuilder();
        int flinkPort = ServerPort.free();
        RunningJob job = AugmentJob.start(AugmentConfig.of(RealBroker.connection(), Recipe.parse("cifar,size=28"))
                .withTopics(new TopicNames("seen.images", "seen.views", "seen.rejects"))
                .withPasses(new Passes(1, true))
                .withMetricsPort(flinkPort));
        PushServer.Config pushes =
                new PushServer.Config(HERE, 0, Token.none(), 32 << 20, Topic.MAX_IMAGE_BYTES, Map.of());
        try (MetricsEndpoint ingest = MetricsEndpoint.open(HERE, 0);
                MetricsEndpoint receive = MetricsEndpoint.open(HERE, 0);
                MetricsEndpoint trainer = MetricsEndpoint.open(HERE, 0)) {
            IngestConfig images = IngestConfig.of(List.of(folder.resolve("pictures")), RealBroker.connection())
                    .into("seen.images");
            Ingest.run(images, IngestListener.silent(), ingest.registry());
            try (ImageTopic topic = ImageTopic.open(
                            images.kafka(),
                            images.topic(),
                            images.knowledge(),
                            Topic.MAX_IMAGE_BYTES,
                            IngestListener.silent());
                    PushServer server = PushServer.start(pushes, topic, receive.registry(), Clock.systemUTC())) {
                assertThat(server.port()).isPositive();
                scraped.append(scrape(receive.port().orElseThrow()));
            }
            new Training(
                            SmallTraining.config("seen", folder.resolve("checkpoints"), STEPS),
                            trainer.registry(),
                            ViewRenderer.NONE,
                            new HeldOut(1, ObservabilityTest::heldOut))
                    .watching(new OldData(1, ObservabilityTest::heldOut))
                    .run(report -> {});
            scraped.append(scrape(ingest.port().orElseThrow()))
                    .append(scrape(trainer.port().orElseThrow()))
                    .append(relabelled(scrape(flinkPort)))
                    .append(relabelled(metricsOfEmbedding()));
            assertThat(scraped.toString()).contains("streamclr_ingest_images_total{outcome=\"sent\"} 200.0");
            assertThat(agesCounted(scraped.toString())).isEqualTo(STEPS * SmallTraining.BATCH);
        } finally {
            job.stop();
        }
        return metricsIn(scraped.toString());
    }

    /** Of the images that were sent, by the encoder that was trained. */
    private String metricsOfEmbedding() throws Exception {
        int port = ServerPort.free();
        EmbedConfig.TopicNames topics =
                new EmbedConfig.TopicNames("seen.images", "seen.rejects", "seen.encoders", "seen.embeddings");
        RunningJob job = EmbedJob.start(new EmbedConfig(
                        RealBroker.connection(),
                        topics,
                        Instant.MIN,
                        Gate.OPEN,
                        Optional.empty(),
                        400,
                        new EmbedSettings(
                                RealBroker.connection().properties(),
                                topics.switches(),
                                folder.resolve("shelf").toString(),
                                Computing.onProcessor(1, 8),
                                VectorFormat.FLOAT32,
                                DecodeLimits.DEFAULT,
                                ImagesFormat.AVRO,
                                100),
                        1,
                        new Checkpoints("", Duration.ofSeconds(1)),
                        false,
                        port))
                .orElseThrow();
        try {
            return Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> scrape(port), shown -> {
                job.failure().ifPresent(failed -> {
                    throw failed;
                });
                return shown.contains("streamclr_embed_lag_ms");
            });
        } finally {
            job.stop();
        }
    }

    private static double agesCounted(String scraped) {
        Matcher count = Pattern.compile("streamclr_trainer_image_age_seconds_count (\\S+)")
                .matcher(scraped);
        assertThat(count.find()).isTrue();
        return Double.parseDouble(count.group(1));
    }

    /** What the configuration makes of Flink's names. */
    private static String relabelled(String scraped) throws IOException {
        JsonNode rule = new ObjectMapper(new YAMLFactory())
                .readTree(FILES.resolve("prometheus.yml").toFile())
                .path("scrape_configs")
                .path(2)
                .path("metric_relabel_configs")
                .path(0);
        assertThat(rule.path("target_label").asText()).isEqualTo("__name__");
        Pattern names =
                Pattern.compile("^" + rule.path("regex").asText().replace("(streamclr_.+)", "(streamclr_\\w+)"));
        StringBuilder renamed = new StringBuilder();
        scraped.lines().forEach(line -> {
            Matcher name = names.matcher(line);
            if (name.find()) {
                renamed.append(name.replaceFirst(rule.path("replacement").asText()))
                        .append('\n');
            }
        });
        return renamed.toString();
    }

    private static String scrape(int port) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://" + HERE + ":" + port + "/metrics"))
                                .timeout(Duration.ofMinutes(1))
                                .build(),
                        BodyHandlers.ofString())
                .body();
    }
}
