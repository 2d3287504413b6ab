package io.streamclr.process.command;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a command reaches a broker: the two options that every command with a broker has. */
public final class BrokerOptions {

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "Address of the Kafka broker, or of several, with commas; may be in the --kafka-config file"
                    + " instead.")
    private Optional<String> bootstrapServer;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "File of Kafka client properties, for TLS and SASL; also the place for passwords.")
    private Optional<Path> kafkaConfig;

    /** Whether the user names a broker at all, for commands that can do without. */
    public boolean areGiven() {
        return bootstrapServer.isPresent() || kafkaConfig.isPresent();
    }

    /**
     * The connection that they describe.
     *
     * @throws RefusalException if they describe none
     */
    public KafkaConnection connection() {
        return KafkaConnection.from(bootstrapServer, kafkaConfig);
    }
}
