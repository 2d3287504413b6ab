package io.streamclr.trainer.feed;

import io.streamclr.schemas.topic.KafkaConnection;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.Uuid;

/** A real broker in a JVM of its own. */
public final class TestBroker implements AutoCloseable {

    private final Process process;
    private final KafkaConnection connection;

    private TestBroker(Process process, KafkaConnection connection) {
        this.process = process;
        this.connection = connection;
    }

    /** Starts a broker on free ports, with its data in an empty folder. */
    public static TestBroker start(Path home) throws Exception {
        int port = freePort();
        Path file = home.resolve("server.properties");
        try (Writer out = Files.newBufferedWriter(file)) {
            settings(home, port, freePort()).store(out, null);
        }
        Process format = java(
                home,
                "kafka.tools.StorageTool",
                "format",
                "-t",
                Uuid.randomUuid().toString(),
                "-c",
                file.toString());
        if (format.waitFor() != 0) {
            throw new IOException("Cannot format the broker's folder: " + Files.readString(home.resolve("broker.log")));
        }
        Process broker = java(home, "kafka.Kafka", file.toString());
        KafkaConnection connection = KafkaConnection.to("127.0.0.1:" + port);
        while (!isOpen(port)) {
            if (broker.waitFor(20, TimeUnit.MILLISECONDS)) {
                throw new IOException("The broker ended: " + Files.readString(home.resolve("broker.log")));
            }
        }
        try (Admin admin = Admin.create(connection.with(Map.of("reconnect.backoff.max.ms", 100)))) {
            admin.describeCluster().nodes().get(60, TimeUnit.SECONDS);
        }
        return new TestBroker(broker, connection);
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
                "auto.create.topics.enable", "false",
                "message.max.bytes", "10485760",
                "log.cleaner.dedupe.buffer.size", "4194304",
                "num.network.threads", "2",
                "num.io.threads", "4"));
        return settings;
    }

    private static boolean isOpen(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException closed) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
