package io.streamclr.console.page;

import io.streamclr.process.command.BrokerOptions;
import io.streamclr.schemas.RefusalException;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The options that name a stream of embedded images, for a page that needs none. */
public final class StreamOptions {

    @Mixin
    private BrokerOptions broker;

    @Option(
            names = "--embeddings-topic",
            paramLabel = "TOPIC",
            description = "With a broker: topic of embeddings, whose newest images are shown with their neighbours and"
                    + " with their drift (default: embeddings).")
    private Optional<String> embeddingsTopic = Optional.empty();

    @Option(
            names = "--images-topic",
            paramLabel = "TOPIC",
            description = "With a broker: topic of the images that were embedded (default: images).")
    private Optional<String> imagesTopic = Optional.empty();

    /**
     * The stream that they name; empty where they ask for none, although the environment names a broker.
     *
     * @throws RefusalException if they name a topic and no broker
     */
    Optional<StreamTopics> topics() {
        if (!broker.areGiven() && embeddingsTopic.isEmpty() && imagesTopic.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new StreamTopics(
                broker.connection(), embeddingsTopic.orElse("embeddings"), imagesTopic.orElse("images")));
    }
}
