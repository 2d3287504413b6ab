package io.streamclr.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.process.port.ServerPort;
import io.streamclr.schemas.topic.KafkaConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A real broker that speaks TLS alone, asks for SCRAM passwords and lets in by access control lists: the users and their
 * rights are those of {@code infra/kubernetes/users.yaml}, and a client is configured by
 * {@code infra/kubernetes/kafka-client.yaml}, with the folders that Kubernetes would mount.
 */
final class SecuredBroker implements AutoCloseable {

    private static final String ADMIN = "admin";

    private final Path home;
    private final int port;
    private final Map<String, String> passwords = new HashMap<>();
    private OwnJvm broker;

    private SecuredBroker(Path home, int port) {
        this.home = home;
        this.port = port;
    }

    static SecuredBroker start(Path home) throws Exception {
        SecuredBroker secured = new SecuredBroker(Files.createDirectories(home), ServerPort.free());
        secured.makeCertificates();
        secured.passwords.put(ADMIN, newPassword());
        for (JsonNode user : DeploymentFiles.kubernetesObjects("KafkaUser")) {
            secured.passwords.put(user.path("metadata").path("name").asText(), newPassword());
        }
        secured.launch();
        secured.awaitAnswer();
        secured.grantRights();
        return secured;
    }

    private static String newPassword() {
        return "secret-" + UUID.randomUUID();
    }

    /** An authority that signs the broker's certificate, which then forgets the authority's key. */
    private void makeCertificates() throws Exception {
        keytool("-genkeypair", "-alias", "ca", "-dname", "CN=ca", "-ext", "bc:c");
        keytool("-genkeypair", "-alias", "broker", "-dname", "CN=broker", "-ext", "san=ip:127.0.0.1", "-signer", "ca");
        keytool(
                "-exportcert",
                "-alias",
                "ca",
                "-rfc",
                "-file",
                home.resolve("ca.crt").toString());
        keytool("-delete", "-alias", "ca");
    }

    private void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-J-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", home.resolve("broker.p12").toString(), "-storepass", "of-the-test"));
        if (arguments[0].equals("-genkeypair")) {
            command.addAll(List.of("-keyalg", "EC", "-validity", "2"));
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("keytool.out").toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(Files.readString(home.resolve("keytool.out")));
        }
    }

    private void launch() throws Exception {
        int controller = ServerPort.free();
        Path settings = Files.writeString(
                home.resolve("server.properties"), """
                process.roles=broker,controller
                node.id=1
                controller.quorum.voters=1@127.0.0.1:%1$d
                controller.listener.names=CONTROLLER
                log.dirs=%2$s/data
                listeners=CLIENTS://127.0.0.1:%3$d,CONTROLLER://127.0.0.1:%1$d
                advertised.listeners=CLIENTS://127.0.0.1:%3$d
                listener.security.protocol.map=CLIENTS:SASL_SSL,CONTROLLER:SSL
                inter.broker.listener.name=CLIENTS
                sasl.enabled.mechanisms=SCRAM-SHA-512
                sasl.mechanism.inter.broker.protocol=SCRAM-SHA-512
                listener.name.clients.scram-sha-512.sasl.jaas.config=%4$s
                listener.name.controller.ssl.client.auth=required
                ssl.keystore.type=PKCS12
                ssl.keystore.location=%2$s/broker.p12
                ssl.keystore.password=of-the-test
                ssl.key.password=of-the-test
                ssl.truststore.type=PEM
                ssl.truststore.location=%2$s/ca.crt
                authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
                super.users=User:admin;User:CN=broker
                auto.create.topics.enable=false
                offsets.topic.replication.factor=1
                offsets.topic.num.partitions=1
                transaction.state.log.replication.factor=1
                transaction.state.log.min.isr=1
                transaction.state.log.num.partitions=1
                group.initial.rebalance.delay.ms=0
                message.max.bytes=10485760
                log.cleaner.dedupe.buffer.size=4194304
                """.formatted(controller, home, port, login(ADMIN)));
        List<String> format = new ArrayList<>(
                List.of("format", "--cluster-id", "dGhlLXNlY3VyZWQtb25lMQ", "--config", settings.toString()));
        passwords.forEach((user, password) ->
                format.addAll(List.of("--add-scram", "SCRAM-SHA-512=[name=" + user + ",password=" + password + "]")));
        OwnJvm formatting = OwnJvm.start(
                home.resolve("format.out"), List.of(), OwnJvm.classPath(), "kafka.tools.StorageTool", format);
        formatting.awaitEnd(Duration.ofMinutes(1));
        if (formatting.exitCode() != 0) {
            throw new IllegalStateException(formatting.lastWords());
        }
        broker = OwnJvm.start(
                home.resolve("broker.out"),
                List.of("-Xmx400m"),
                OwnJvm.classPath(),
                "kafka.Kafka",
                List.of(settings.toString()));
    }

    private void awaitAnswer() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + 90_000_000_000L;
        while (true) {
            try (Admin admin = admin()) {
                admin.describeCluster().nodes().get();
                return;
            } catch (ExecutionException notYet) {
                if (System.nanoTime() > deadline || broker.endsWithin(Duration.ofMillis(20))) {
                    throw new IllegalStateException("No secured broker: " + broker.lastWords(), notYet);
                }
            }
        }
    }

    private void grantRights() throws Exception {
        List<AclBinding> rights = new ArrayList<>();
        for (JsonNode user : DeploymentFiles.kubernetesObjects("KafkaUser")) {
            String principal = "User:" + user.path("metadata").path("name").asText();
            for (JsonNode acl : user.path("spec").path("authorization").path("acls")) {
                JsonNode resource = acl.path("resource");
                ResourcePattern pattern = new ResourcePattern(
                        resource.path("type").asText().equals("transactionalId")
                                ? ResourceType.TRANSACTIONAL_ID
                                : ResourceType.fromString(resource.path("type").asText()),
                        resource.path("name").asText(),
                        resource.path("patternType").asText().equals("prefix")
                                ? PatternType.PREFIXED
                                : PatternType.LITERAL);
                for (String operation : DeploymentFiles.texts(acl.path("operations"))) {
                    rights.add(new AclBinding(
                            pattern,
                            new AccessControlEntry(
                                    principal,
                                    "*",
                                    AclOperation.fromString(operation
                                            .replaceAll("([a-z])([A-Z])", "$1_$2")
                                            .toUpperCase(Locale.ROOT)),
                                    AclPermissionType.ALLOW)));
                }
            }
        }
        try (Admin admin = admin()) {
            admin.createAcls(rights).all().get();
        }
    }

    private Admin admin() throws IOException {
        return Admin.create(Map.copyOf(KafkaConnection.from(Optional.empty(), Optional.of(config(ADMIN)))
                .with(Map.of("default.api.timeout.ms", 5000, "request.timeout.ms", 2000))));
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    String password(String user) {
        return passwords.get(user);
    }

    private String login(String user) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + passwords.get(user) + "\";";
    }

    KafkaConnection connection(String user) throws IOException {
        return KafkaConnection.from(Optional.empty(), Optional.of(config(user)));
    }

    KafkaConnection adminConnection() throws IOException {
        return connection(ADMIN);
    }

    /** The file of client properties of a user, as a pod would find it. */
    Path config(String user) throws IOException {
        Path mounted = Files.createDirectories(home.resolve(user));
        Files.writeString(mounted.resolve("sasl.jaas.config"), login(user));
        String properties = DeploymentFiles.clientProperties()
                .replace("streamclr-kafka-bootstrap:9093", address())
                .replace("/etc/streamclr/user", mounted.toString())
                .replace("/etc/streamclr/ca", home.toString());
        return Files.writeString(home.resolve(user + ".properties"), properties);
    }

    @Override
    public void close() {
        if (broker != null) {
            broker.kill();
        }
    }
}
