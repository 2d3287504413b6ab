package io.streamclr.process.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a command reaches a broker: the two options that every command with a broker has. */
public final class BrokerOptions implements Standing {

    private static final String VARIABLE = "STREAMCLR_BOOTSTRAP_SERVER";

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "Address of the Kafka broker, or of several, with commas (default: bootstrap.servers in the"
                    + " --kafka-config file, else $STREAMCLR_BOOTSTRAP_SERVER).")
    private Optional<String> bootstrapServer;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "File of Kafka client properties, for TLS and SASL; also the place for passwords.")
    private Optional<Path> kafkaConfig;

    private final Map<String, String> environment;

    /** Of this process. */
    public BrokerOptions() {
        this(System.getenv());
    }

    BrokerOptions(Map<String, String> environment) {
        this.environment = environment;
    }

    /** Whether an option names a broker, for commands that can do without; the environment's is not asked for here. */
    public boolean areGiven() {
        return bootstrapServer.isPresent() || kafkaConfig.isPresent();
    }

    /**
     * The connection that they describe.
     *
     * @throws RefusalException if they describe none
     */
    public KafkaConnection connection() {
        Optional<String> usual = Optional.ofNullable(environment.get(VARIABLE)).filter(servers -> !servers.isBlank());
        return KafkaConnection.from(bootstrapServer, kafkaConfig, usual);
    }

    @Override
    public Optional<String> standing(String option) {
        if (!option.equals("--bootstrap-server")) {
            return Optional.empty();
        }
        try {
            return Optional.of(connection().bootstrapServers());
        } catch (RefusalException none) {
            return Optional.empty(); // whoever needs one says so
        }
    }
}
