package io.streamclr.trainer.feed;

import io.streamclr.process.port.ServerPort;
import io.streamclr.schemas.topic.KafkaConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import kafka.Kafka;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.Uuid;

/** A real broker in a JVM of its own. A class that kills or pauses it has one to itself; all others take turns with one. */
public final class TestBroker implements AutoCloseable {

    private static TestBroker shared;

    private final Path home;
    private final int port;
    private final KafkaConnection connection;
    private Process process;

    /** The child JVM: formats the folder when it is new, then is Kafka. A JVM for each would take twice as long. */
    static final class Main {

        private Main() {}

        /** @param args the file of Kafka's settings, and the folder of the data */
        public static void main(String[] args) {
            if (!Files.exists(Path.of(args[1], "meta.properties"))) {
                String cluster = Uuid.randomUuid().toString();
                int code = StorageTool.execute(
                        new String[] {"format", "--cluster-id", cluster, "--config", args[0]}, System.out);
                if (code != 0) {
                    System.exit(code);
                }
            }
            Kafka.main(new String[] {args[0]});
        }
    }

    private TestBroker(Path home, int port) {
        this.home = home;
        this.port = port;
        this.connection = KafkaConnection.to("127.0.0.1:" + port);
    }

    /** Starts a broker on free ports, with its data in an empty folder. */
    public static TestBroker start(Path home) throws Exception {
        int port = ServerPort.free();
        Path file = home.resolve("server.properties");
        try (Writer out = Files.newBufferedWriter(file)) {
            settings(home, port, ServerPort.free()).store(out, null);
        }
        TestBroker broker = new TestBroker(home, port);
        broker.startAgain();
        return broker;
    }

    /** The one of this JVM, which is empty now; closing it empties it for the next class. */
    public static synchronized TestBroker shared() throws Exception {
        if (shared == null) {
            Path home = Files.createTempDirectory("streamclr-broker");
            TestBroker broker = start(home);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                broker.kill();
                delete(home);
            }));
            shared = broker;
        }
        return shared;
    }

    /** Starts it on the data and the port that it had, and returns when it answers. */
    public void startAgain() throws Exception {
        process = java(
                home,
                Main.class.getName(),
                home.resolve("server.properties").toString(),
                home.resolve("data").toString());
        while (!isOpen(port)) {
            if (process.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new IOException("The broker ended: " + Files.readString(home.resolve("broker.log")));
            }
        }
        try (Admin admin = Admin.create(connection.with(Map.of("reconnect.backoff.max.ms", 100)))) {
            admin.describeCluster().nodes().get(60, TimeUnit.SECONDS);
        }
    }

    /** Ends it at once, as a power cut does. */
    public void kill() {
        process.destroyForcibly().onExit().join();
    }

    /** Stops it where it is, as a machine that hangs does, until it is resumed. */
    public void pause() throws Exception {
        signal("-STOP");
    }

    /** Lets it go on. */
    public void goOn() throws Exception {
        signal("-CONT");
    }

    private void signal(String signal) throws Exception {
        int sent = new ProcessBuilder("kill", signal, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (sent != 0) {
            throw new IOException("kill " + signal + " ended with " + sent);
        }
    }

    public KafkaConnection connection() {
        return connection;
    }

    private static Process java(Path home, String... command) throws IOException {
        String classpath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                classpath));
        line.addAll(List.of(command));
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve("broker.log").toFile()))
                .start();
    }

    private static Properties settings(Path home, int port, int controllerPort) {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                "1",
                "controller.quorum.voters",
                "1@127.0.0.1:" + controllerPort,
                "log.dirs",
                home.resolve("data").toString(),
                "listeners",
                "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
                "advertised.listeners",
                "PLAINTEXT://127.0.0.1:" + port,
                "controller.listener.names",
                "CONTROLLER",
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"));
        settings.putAll(Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "1",
                "auto.create.topics.enable", "false",
                "message.max.bytes", "10485760",
                "log.cleaner.dedupe.buffer.size", "4194304",
                "num.network.threads", "2",
                "num.io.threads", "4"));
        settings.put("metadata.max.idle.interval.ms", "10000"); // twice a second is three tenths of an idle one
        return settings;
    }

    private static void delete(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException closed) {
            return false;
        }
    }

    @Override
    public void close() {
        if (this == shared) {
            empty();
        } else {
            process.destroyForcibly();
        }
    }

    private void empty() {
        try (Admin admin = Admin.create(connection.with(Map.of()))) {
            admin.deleteTopics(admin.listTopics().names().get(60, TimeUnit.SECONDS))
                    .all()
                    .get(60, TimeUnit.SECONDS);
            List<String> groups = admin.listGroups().all().get(60, TimeUnit.SECONDS).stream()
                    .map(GroupListing::groupId)
                    .toList();
            admin.deleteConsumerGroups(groups).all().get(60, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException | InterruptedException failed) {
            throw new IllegalStateException("The broker cannot be emptied for the next class", failed);
        }
    }
}
