package io.streamclr.it;

import io.streamclr.process.port.ServerPort;
import io.streamclr.schemas.topic.KafkaConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;

/**
 * Three brokers, each a process that is controller too. Every topic lies on all of them, and a record counts as written
 * when two have it, so any one may be lost.
 */
final class KafkaCluster implements AutoCloseable {

    private static final int BROKERS = 3;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Path home;
    private final List<Integer> ports = new ArrayList<>();
    private final List<Integer> controllerPorts = new ArrayList<>();
    private final List<OwnJvm> brokers = new ArrayList<>();

    private KafkaCluster(Path home) throws IOException {
        this.home = home;
        for (int i = 0; i < BROKERS; i++) {
            ports.add(ServerPort.free());
            controllerPorts.add(ServerPort.free());
        }
    }

    /** Starts them with their data in this folder, and returns when they answer. */
    static KafkaCluster start(Path home) throws Exception {
        KafkaCluster cluster = new KafkaCluster(home);
        String id = Uuid.randomUuid().toString();
        for (int broker = 0; broker < BROKERS; broker++) {
            cluster.format(broker, id);
            cluster.brokers.add(cluster.launch(broker));
        }
        cluster.await(admin -> admin.describeCluster().nodes(), nodes -> nodes.size() == BROKERS);
        return cluster;
    }

    private void format(int broker, String clusterId) throws IOException {
        Files.createDirectories(folder(broker));
        try (Writer file = Files.newBufferedWriter(settingsFile(broker))) {
            settings(broker).store(file, null);
        }
        PrintStream silent = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        String file = settingsFile(broker).toString();
        int code = StorageTool.execute(new String[] {"format", "--cluster-id", clusterId, "--config", file}, silent);
        if (code != 0) {
            throw new IllegalStateException("Broker " + broker + " cannot format its folder: " + code);
        }
    }

    private Properties settings(int broker) {
        String own = "PLAINTEXT://127.0.0.1:" + ports.get(broker);
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(broker),
                "controller.quorum.voters",
                voters(),
                "log.dirs",
                folder(broker).resolve("data").toString(),
                "listeners",
                own + ",CONTROLLER://127.0.0.1:" + controllerPorts.get(broker),
                "advertised.listeners",
                own,
                "controller.listener.names",
                "CONTROLLER",
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"));
        settings.putAll(Map.of(
                "default.replication.factor", "3",
                "min.insync.replicas", "2",
                "offsets.topic.replication.factor", "3",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "3",
                "transaction.state.log.min.isr", "2",
                "transaction.state.log.num.partitions", "1",
                "auto.create.topics.enable", "false",
                "message.max.bytes", "10485760",
                "replica.fetch.max.bytes", "10485760"));
        // Small, and quick to notice that one is lost.
        settings.putAll(Map.of(
                "log.cleaner.dedupe.buffer.size", "4194304",
                "num.network.threads", "2",
                "num.io.threads", "2",
                "broker.session.timeout.ms", "3000",
                "broker.heartbeat.interval.ms", "500"));
        return settings;
    }

    private String voters() {
        return IntStream.range(0, BROKERS)
                .mapToObj(broker -> broker + "@127.0.0.1:" + controllerPorts.get(broker))
                .collect(Collectors.joining(","));
    }

    private Path folder(int broker) {
        return home.resolve("broker-" + broker);
    }

    private Path settingsFile(int broker) {
        return folder(broker).resolve("server.properties");
    }

    private OwnJvm launch(int broker) throws IOException {
        return OwnJvm.start(
                folder(broker).resolve("broker.out"),
                List.of("-Xmx256m", "-Dlogback.configurationFile=io/streamclr/local/broker/broker-logback.xml"),
                "kafka.Kafka",
                List.of(settingsFile(broker).toString()));
    }

    /** All of them are listed, so that it does not matter which one is lost. */
    KafkaConnection connection() {
        return KafkaConnection.to(
                ports.stream().map(port -> "127.0.0.1:" + port).collect(Collectors.joining(",")));
    }

    /** The broker that writes this partition. */
    int leader(String topic, int partition) throws Exception {
        try (Admin admin = admin()) {
            return admin.describeTopics(List.of(topic))
                    .allTopicNames()
                    .get()
                    .get(topic)
                    .partitions()
                    .get(partition)
                    .leader()
                    .id();
        }
    }

    /** Kills one as a power cut would. */
    void lose(int broker) {
        brokers.get(broker).kill();
    }

    /** Starts one again that was lost; it takes its time to be of use. */
    void startAgain(int broker) throws IOException {
        brokers.set(broker, launch(broker));
    }

    /** Waits until every broker has all of every partition. */
    void awaitInSync() throws Exception {
        try (Admin admin = admin()) {
            List<String> topics = List.copyOf(admin.listTopics().names().get());
            await(each -> each.describeTopics(topics).allTopicNames(), described -> described.values().stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.isr().size() == BROKERS));
        }
    }

    private interface Question<T> {
        KafkaFuture<T> ask(Admin admin);
    }

    private interface Condition<T> {
        boolean holds(T answer);
    }

    private <T> void await(Question<T> question, Condition<T> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        try (Admin admin = admin()) {
            while (!holds(admin, question, condition)) {
                if (System.nanoTime() > deadline) {
                    throw new AssertionError("Not all brokers are well: "
                            + brokers.stream().map(OwnJvm::lastWords).collect(Collectors.joining("\n---\n")));
                }
            }
        }
    }

    private static <T> boolean holds(Admin admin, Question<T> question, Condition<T> condition)
            throws InterruptedException {
        try {
            return condition.holds(question.ask(admin).get());
        } catch (java.util.concurrent.ExecutionException notYet) {
            if (notYet.getCause() instanceof KafkaException) {
                return false;
            }
            throw new IllegalStateException(notYet);
        }
    }

    private Admin admin() {
        return Admin.create(connection().with(Map.of("reconnect.backoff.max.ms", 200)));
    }

    @Override
    public void close() {
        brokers.forEach(OwnJvm::kill);
    }
}
