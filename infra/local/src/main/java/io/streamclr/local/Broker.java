package io.streamclr.local;

import io.streamclr.schemas.topic.KafkaConnection;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** How a command reaches a broker: the two options that every command with a broker has. */
public final class Broker {

    @Option(
            names = "--bootstrap-server",
            paramLabel = "HOST:PORT",
            description = "Kafka broker, or several separated by commas.")
    private String bootstrapServer;

    @Option(
            names = "--kafka-config",
            paramLabel = "FILE",
            description = "Plain Kafka client properties (SASL, TLS, ...); secrets belong here.")
    private Path kafkaConfig;

    /** The connection that the options describe. */
    public KafkaConnection connection() {
        return KafkaConnection.from(Optional.ofNullable(bootstrapServer), Optional.ofNullable(kafkaConfig));
    }
}
