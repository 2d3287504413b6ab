package io.streamclr.local.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.schemas.RefusalException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBrokerTest {

    private static final TopicPartition NUMBERS = new TopicPartition("numbers", 0);

    @TempDir
    Path home;

    @Test
    void whatWasAcknowledgedIsThereAfterAStopAndAfterACrash() throws Exception {
        String address;
        try (LocalBroker broker = LocalBroker.start(home)) {
            address = broker.bootstrapServers();
            createNumbers(broker);
            sendOne(broker);
            assertThatThrownBy(() -> LocalBroker.start(home)).isInstanceOf(RefusalException.class);
        }

        List<ProcessHandle> others = ProcessHandle.current().children().toList();
        try (LocalBroker second = LocalBroker.start(home)) {
            assertThat(second.bootstrapServers()).isEqualTo(address);
            assertThat(second.trouble()).isEmpty();
            sendOne(second);
            killTheOneBeside(others);
            assertThat(second.trouble()).hasValueSatisfying(sentence -> assertThat(sentence)
                    .isEqualTo("The broker in " + home + " was ended by SIGKILL (exit code 137), which Linux sends when"
                            + " memory runs out ('dmesg' says so then) and a person with kill -9; it keeps what it"
                            + " acknowledged"));
        }

        int port = Integer.parseInt(address.substring(address.indexOf(':') + 1));
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                LocalBroker third = LocalBroker.start(home)) {
            assertThat(third.bootstrapServers()).isNotEqualTo("127.0.0.1:" + taken.getLocalPort());
            assertThat(count(third)).isEqualTo(2);
            third.crash();
            assertThat(third.trouble()).isEmpty();
        }
    }

    @Test
    void aBrokerDiesWithItsParentAndTheFolderIsThenFree() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-Dlogback.configurationFile=io/streamclr/local/broker/broker-logback.xml",
                        "-Dstreamclr.logs=" + home.resolve("parent"),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Parent.class.getName(),
                        home.toString())
                .redirectError(home.resolve("parent.err").toFile())
                .start();
        String address;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(parent.getInputStream(), StandardCharsets.UTF_8))) {
            address = out.lines()
                    .filter(line -> line.startsWith("127.0.0.1:"))
                    .findFirst()
                    .orElseThrow();
        }
        List<ProcessHandle> children = parent.children().toList();
        long begin = System.nanoTime();
        assertThatThrownBy(() -> LocalBroker.start(home))
                .isInstanceOf(RefusalException.class)
                .hasMessage(
                        "The folder " + home + " is in use by process " + parent.pid() + ", with Kafka at " + address
                                + "; stop that with Ctrl-C or 'kill " + parent.pid()
                                + "', or choose another folder with --home");
        assertThat(System.nanoTime() - begin).isLessThan(4_000_000_000L);

        parent.destroyForcibly();

        assertThat(children).hasSize(1);
        children.get(0).onExit().get(30, TimeUnit.SECONDS);
        BrokerFolder.claim(home).release();
    }

    @Test
    void aBrokerThatCannotReadItsDataIsRefusedWithItsLastWords() throws Exception {
        Path data = Files.createDirectories(home.resolve("kafka/data"));
        Files.writeString(data.resolve("meta.properties"), "version=1\ncluster.id=x\nnode.id=77\n");

        assertThatThrownBy(() -> LocalBroker.start(home))
                .isInstanceOf(RefusalException.class)
                .hasMessageStartingWith("The broker in " + home + " ended while it started; its last words in "
                        + home.resolve("logs/broker.log") + " are: ")
                .hasMessageContaining("77");
    }

    private static void killTheOneBeside(List<ProcessHandle> others) throws Exception {
        List<ProcessHandle> brokers = ProcessHandle.current()
                .children()
                .filter(process -> !others.contains(process))
                .toList();
        assertThat(brokers).hasSize(1);
        brokers.get(0).destroyForcibly();
        brokers.get(0).onExit().get(30, TimeUnit.SECONDS);
    }

    private static void createNumbers(LocalBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(NUMBERS.topic(), 1, (short) 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
        }
    }

    private static void sendOne(LocalBroker broker) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            producer.send(new ProducerRecord<>(NUMBERS.topic(), new byte[] {1})).get(30, TimeUnit.SECONDS);
        }
    }

    private static long count(LocalBroker broker) throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            return admin.listOffsets(Map.of(NUMBERS, OffsetSpec.latest()))
                    .partitionResult(NUMBERS)
                    .get(30, TimeUnit.SECONDS)
                    .offset();
        }
    }

    /** A process that starts a broker, says where, and then waits to be killed. */
    static final class Parent {
        private Parent() {}

        public static void main(String[] args) throws IOException {
            LocalBroker broker = LocalBroker.start(Path.of(args[0]));
            System.out.println(broker.bootstrapServers());
            System.out.flush();
            if (System.in.read() < 0) {
                broker.close();
            }
        }
    }
}
