package io.streamclr.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.console.page.FolderPage;
import io.streamclr.console.page.PageAddress;
import io.streamclr.console.page.StreamTopics;
import io.streamclr.embed.EmbedConfig;
import io.streamclr.embed.EmbedJob;
import io.streamclr.embed.encoders.Gate;
import io.streamclr.embed.job.Computing;
import io.streamclr.embed.job.EmbedSettings;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.schemas.topic.Topics;
import io.streamclr.schemas.wire.WireFormat;
import io.streamclr.stream.source.ImagesFormat;
import io.streamclr.stream.start.Checkpoints;
import io.streamclr.stream.start.RunningJob;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS, passwords and rights, with the users and rights that the files for Kubernetes give: enough, and no more. */
class SecurityTest {

    private static final int IMAGES = 24;

    /** A topic of embeddings that one test alone writes. */
    private static final String SHOWN = "embeddings.shown";

    /** Who may read and write which topic; all else is forbidden. */
    private static final Map<String, Map<Topic, String>> RIGHTS = Map.of(
            "ingest", Map.of(Topic.IMAGES, "RW"),
            "augment-job", Map.of(Topic.IMAGES, "R", Topic.VIEWS, "RW", Topic.IMAGES_REJECTED, "RW"),
            "embed-job",
                    Map.of(
                            Topic.IMAGES, "R",
                            Topic.IMAGES_REJECTED, "RW",
                            Topic.ENCODERS, "R",
                            Topic.EMBEDDINGS, "RW",
                            Topic.EMBEDDINGS_ENCODERS, "RW"),
            "trainer",
                    Map.of(
                            Topic.IMAGES, "R",
                            Topic.IMAGES_REJECTED, "R",
                            Topic.VIEWS, "R",
                            Topic.BATCHES, "RW",
                            Topic.ENCODERS, "W",
                            Topic.EMBEDDINGS, "R"),
            "console",
                    Map.of(
                            Topic.IMAGES, "RW",
                            Topic.IMAGES_REJECTED, "RW",
                            Topic.VIEWS, "R",
                            Topic.BATCHES, "R",
                            Topic.ENCODERS, "R",
                            Topic.EMBEDDINGS, "R",
                            Topic.EMBEDDINGS_ENCODERS, "R"));

    @TempDir
    static Path folder;

    private static SecuredBroker broker;

    @BeforeAll
    static void startTheBroker() throws Exception {
        broker = SecuredBroker.start(folder.resolve("secured"));
        try (Topics topics = Topics.at(broker.adminConnection())) {
            for (Topic topic : Topic.values()) {
                topics.create(topic, topic.defaultName(), topic.partitioned() ? 2 : 1);
            }
        }
    }

    @AfterAll
    static void endTheBroker() {
        if (broker != null) {
            broker.close();
        }
    }

    @Test
    void everyProcessDoesItsWorkAsItsOwnUserAndNoSecretIsLeft() throws Exception {
        Pictures.write(folder.resolve("pictures"), IMAGES, 32);

        Command sent = as("ingest", "ingest", folder.resolve("pictures").toString());
        Command rendered = as(
                "augment-job",
                "augment",
                "--recipe",
                "cifar,size=28",
                "--exactly-once",
                "--checkpoint-interval",
                "0.2",
                "--checkpoints",
                folder.resolve("checkpoints").toString(),
                "--json");
        Command trained = as(
                "trainer",
                "train",
                "--checkpoints",
                folder.resolve("runs").toString(),
                "--batch-size",
                "8",
                "--block",
                "1",
                "--width",
                "0.125",
                "--stem",
                "small2",
                "--steps",
                "3",
                "--threads",
                "1",
                "--json");
        embed();
        Command listed = as("console", "topics", "list", "--json");
        Command shown = as(
                "console", "views", "verify", "--offset", "0", "--count", "5", "--recipe", "cifar,size=28", "--json");

        assertThat(List.of(sent, rendered, trained, listed, shown))
                .allSatisfy(command ->
                        assertThat(command.exitCode()).as(command.errors()).isZero());
        assertThat(rendered.lastLine()).contains("\"pairs\":" + IMAGES);
        assertThat(trained.lastLine()).contains("\"step\":3");
        assertThat(shown.lastLine()).isEqualTo("{\"compared\":5,\"different\":0,\"undecodable\":0}");
        assertNoSecretIn(folder.resolve("checkpoints"));
        assertNoSecretIn(folder.resolve("runs"));
        assertNoSecretIn(folder.resolve("shelf"));
        assertNoSecretIn(Path.of(System.getProperty("streamclr.logs")));
        assertThat(sent.output()
                        + rendered.output()
                        + trained.output()
                        + sent.errors()
                        + rendered.errors()
                        + trained.errors())
                .doesNotContain("secret-");
    }

    /** Starts the job that embeds, as its own user, until the console's user sees every image embedded. */
    private static void embed() throws Exception {
        EmbedConfig.TopicNames topics = EmbedConfig.TopicNames.DEFAULT;
        RunningJob job = EmbedJob.start(new EmbedConfig(
                        broker.connection("embed-job"),
                        topics,
                        Instant.MIN,
                        Gate.OPEN,
                        Optional.empty(),
                        400,
                        new EmbedSettings(
                                broker.connection("embed-job").properties(),
                                topics.switches(),
                                folder.resolve("shelf").toString(),
                                Computing.onProcessor(1, 8),
                                VectorFormat.FLOAT32,
                                DecodeLimits.DEFAULT,
                                ImagesFormat.AVRO,
                                100),
                        1,
                        new Checkpoints("", Duration.ofMillis(200)),
                        true,
                        0))
                .orElseThrow();
        try (KafkaConsumer<byte[], byte[]> reader = consumer("console", Map.of("isolation.level", "read_committed"))) {
            reader.assign(
                    List.of(new TopicPartition(topics.embeddings(), 0), new TopicPartition(topics.embeddings(), 1)));
            reader.seekToBeginning(reader.assignment());
            AtomicInteger embedded = new AtomicInteger();
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
                job.failure().ifPresent(failed -> {
                    throw failed;
                });
                return embedded.addAndGet(reader.poll(Duration.ofMillis(200)).count()) == IMAGES;
            });
        } finally {
            job.stop();
        }
    }

    @Test
    void whatIsNotAllowedIsDenied() throws Exception {
        for (Map.Entry<String, Map<Topic, String>> user : RIGHTS.entrySet()) {
            Map<String, Set<AclOperation>> allowed = authorized(user.getKey());
            for (Topic topic : Topic.values()) {
                String rights = user.getValue().getOrDefault(topic, "");
                String what = user.getKey() + " and " + topic;
                assertThat(allowed.getOrDefault(topic.defaultName(), Set.of()).contains(AclOperation.READ))
                        .as(what)
                        .isEqualTo(rights.contains("R"));
                assertThat(allowed.getOrDefault(topic.defaultName(), Set.of()).contains(AclOperation.WRITE))
                        .as(what)
                        .isEqualTo(rights.contains("W"));
                if (!rights.contains("R")) {
                    assertThatThrownBy(() -> read(user.getKey(), topic))
                            .as(what)
                            .isInstanceOf(TopicAuthorizationException.class);
                }
                if (!rights.contains("W")) {
                    assertThatThrownBy(() -> write(user.getKey(), topic))
                            .as(what)
                            .hasRootCauseInstanceOf(TopicAuthorizationException.class);
                }
            }
        }
    }

    @Test
    void nobodyButAnOperatorChangesTopicsOrRights() throws Exception {
        for (String user : RIGHTS.keySet()) {
            try (Admin admin = Admin.create(Map.copyOf(broker.connection(user).with(Map.of())))) {
                assertThatThrownBy(() -> admin.createTopics(Set.of(new NewTopic("more", 1, (short) 1)))
                                .all()
                                .get())
                        .hasCauseInstanceOf(AuthorizationException.class);
                assertThatThrownBy(() -> admin.deleteTopics(Set.of("images", "views"))
                                .all()
                                .get())
                        .hasCauseInstanceOf(TopicAuthorizationException.class);
                assertThatThrownBy(() -> admin.describeAcls(org.apache.kafka.common.acl.AclBindingFilter.ANY)
                                .values()
                                .get())
                        .hasCauseInstanceOf(AuthorizationException.class);
            }
        }
    }

    @Test
    void nobodyTakesAnothersPlaceInAGroupOrATransaction() throws Exception {
        try (KafkaConsumer<byte[], byte[]> consumer =
                consumer("ingest", Map.of("group.id", "streamclr-trainer-first"))) {
            assertThatThrownBy(() ->
                            consumer.commitSync(Map.of(new TopicPartition("images", 0), new OffsetAndMetadata(1))))
                    .isInstanceOf(GroupAuthorizationException.class);
        }
        try (KafkaProducer<byte[], byte[]> producer =
                producer("trainer", Map.of("transactional.id", "streamclr-augment-views-0"))) {
            assertThatThrownBy(producer::initTransactions).isInstanceOf(TransactionalIdAuthorizationException.class);
        }
        for (String user : List.of("ingest", "augment-job", "embed-job")) {
            try (KafkaProducer<byte[], byte[]> producer =
                    producer(user, Map.of("transactional.id", "streamclr-run-batches/simclr"))) {
                assertThatThrownBy(producer::initTransactions)
                        .as(user)
                        .isInstanceOf(TransactionalIdAuthorizationException.class);
            }
        }
    }

    @Test
    void aCommandOfTheWrongUserIsRefusedInASentence() throws Exception {
        List<Command> refused = List.of(
                as("ingest", "augment"),
                as("ingest", "train", "--checkpoints", folder.resolve("none").toString()),
                as("ingest", "topics", "list"),
                as("console", "topics", "create"));

        assertThat(refused).allSatisfy(SecurityTest::assertRefused);
    }

    @Test
    void whoSendsImagesWithoutTheRightToWriteIsRefusedBeforeAnyIsTaken() throws Exception {
        Pictures.write(folder.resolve("one"), 1, 12);
        List<Command> refused = List.of(
                as("augment-job", "ingest", folder.resolve("one").toString()),
                as("trainer", "ingest", folder.resolve("one").toString()),
                as("augment-job", "receive", "--port", "0"));

        assertThat(refused).allSatisfy(command -> {
            assertThat(command.exitCode()).as(command.output()).isEqualTo(1);
            assertThat(command.errors())
                    .contains("The user of the --kafka-config file may not write to topic images of Kafka at "
                            + broker.address() + "; grant it the operations Describe, Read and Write on that topic")
                    .doesNotContain("\tat ");
        });
    }

    @Test
    void aWrongPasswordIsRefusedInASentenceThatDoesNotNameIt() throws Exception {
        Path config = broker.config("ingest");
        Path mounted = folder.resolve("secured/ingest/sasl.jaas.config");
        Files.writeString(mounted, Files.readString(mounted).replace(broker.password("ingest"), "secret-but-wrong"));

        Command command = Command.run("topics", "list", "--kafka-config", config.toString());

        assertRefused(command);
        assertThat(command.errors()).contains("SCRAM-SHA-512").doesNotContain("secret-");
    }

    @Test
    void aPageShowsTheStreamToWhoMayReadItAndElseSaysNothingOfIt() throws Exception {
        AclBinding reading = new AclBinding(
                new ResourcePattern(ResourceType.TOPIC, SHOWN, PatternType.LITERAL),
                new AccessControlEntry("User:console", "*", AclOperation.READ, AclPermissionType.ALLOW));
        try (Topics topics = Topics.at(broker.adminConnection());
                Admin admin = Admin.create(broker.adminConnection().with(Map.of()))) {
            topics.create(Topic.EMBEDDINGS, SHOWN, 2);
            admin.createAcls(List.of(reading)).all().get();
        }
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                broker.adminConnection().with(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
            byte[] embedding = WireFormat.IMAGE_EMBEDDING.encode(
                    WrittenEmbeddings.embedding(0, WrittenEmbeddings.FIRST, WrittenEmbeddings.vector(0)));
            producer.send(new ProducerRecord<>(SHOWN, 0, null, embedding)).get();
        }
        try (FolderPage unaware = page("trainer");
                FolderPage page = page("console")) {
            JsonNode stream = PageEvents.section(page.uri(), "stream", shown -> true);

            assertThat(stream.path("newest").get(0).path("source").asText()).isNotEmpty();
            assertThat(PageEvents.sections(unaware.uri())).doesNotContainKeys("stream", "drift", "troubles");
        }
    }

    private static FolderPage page(String user) throws IOException {
        StreamTopics stream = new StreamTopics(broker.connection(user), SHOWN, Topic.IMAGES.defaultName());
        return FolderPage.open(PageAddress.here(), folder.resolve("no-run"), List.of(), Optional.of(stream));
    }

    private static Command as(String user, String... command) throws IOException {
        String[] words = Arrays.copyOf(command, command.length + 2);
        words[command.length] = "--kafka-config";
        words[command.length + 1] = broker.config(user).toString();
        return Command.run(words);
    }

    private static void assertRefused(Command command) {
        assertThat(command.exitCode()).as(command.output()).isEqualTo(1);
        assertThat(command.errors().strip().lines().reduce((earlier, later) -> later))
                .hasValueSatisfying(sentence -> assertThat(sentence)
                        .startsWith("streamclr: The Kafka broker at " + broker.address() + " denies access: ")
                        .endsWith("; check user, secret and rights in the --kafka-config file"));
        assertThat(command.errors()).doesNotContain("\tat ");
    }

    private static Map<String, Set<AclOperation>> authorized(String user) throws Exception {
        try (Admin admin = Admin.create(Map.copyOf(broker.connection(user).with(Map.of())))) {
            Set<String> seen = admin.listTopics().names().get();
            return admin
                    .describeTopics(seen, new DescribeTopicsOptions().includeAuthorizedOperations(true))
                    .allTopicNames()
                    .get()
                    .values()
                    .stream()
                    .collect(Collectors.toMap(TopicDescription::name, TopicDescription::authorizedOperations));
        }
    }

    private static void read(String user, Topic topic) throws IOException {
        try (KafkaConsumer<byte[], byte[]> consumer = consumer(user, Map.of())) {
            consumer.assign(List.of(new TopicPartition(topic.defaultName(), 0)));
            consumer.seek(new TopicPartition(topic.defaultName(), 0), 0);
            long deadline = System.nanoTime() + 20_000_000_000L;
            while (System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(100));
            }
        }
    }

    private static void write(String user, Topic topic) throws IOException, ExecutionException, InterruptedException {
        try (KafkaProducer<byte[], byte[]> producer = producer(user, Map.of("max.block.ms", 10_000))) {
            producer.send(new ProducerRecord<>(topic.defaultName(), 0, null, new byte[] {1}))
                    .get();
        } catch (TopicAuthorizationException atOnce) {
            throw new ExecutionException(atOnce);
        }
    }

    private static KafkaConsumer<byte[], byte[]> consumer(String user, Map<String, ?> more) throws IOException {
        return new KafkaConsumer<>(
                broker.connection(user).with(more), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static KafkaProducer<byte[], byte[]> producer(String user, Map<String, ?> more) throws IOException {
        return new KafkaProducer<>(
                broker.connection(user).with(more), new ByteArraySerializer(), new ByteArraySerializer());
    }

    private static void assertNoSecretIn(Path tree) throws IOException {
        try (Stream<Path> files = Files.walk(tree)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain("secret-");
            }
        }
    }
}
