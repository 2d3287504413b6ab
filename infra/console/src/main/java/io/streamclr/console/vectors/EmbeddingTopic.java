package io.streamclr.console.vectors;

import io.streamclr.process.command.BrokerOptions;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topics;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where embeddings lie, and which of them are wanted: the options of the commands that read them. */
public final class EmbeddingTopic {

    @Mixin
    private BrokerOptions broker;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "Topic of embeddings, as 'streamclr embed --follow' writes it.")
    private String topic;

    @Option(
            names = "--encoder-digest",
            paramLabel = "SHA256|RUN@STEP",
            description = "Encoder whose embeddings are taken; those of different encoders cannot be compared.")
    private Optional<String> encoder = Optional.empty();

    /** Whether a topic is named. */
    public boolean isNamed() {
        return topic != null;
    }

    /** Whether an option is given that only makes sense with a topic. */
    public boolean isMeant() {
        return encoder.isPresent() || broker.areGiven();
    }

    /** Its name; {@code embeddings} where nobody gives another. */
    public String name() {
        return topic == null ? "embeddings" : topic;
    }

    /** The digest of the encoder that is asked for; empty where none is. */
    public Optional<String> askedDigest() {
        return encoder.map(named -> choice().digest(named));
    }

    /**
     * The digest of the encoder that is asked for, or else of the newest embedding's.
     *
     * @throws RefusalException if the topic holds no embedding, or there is no such encoder
     */
    public String digest() {
        return askedDigest().orElseGet(() -> choice().newest()
                .orElseThrow(() -> new RefusalException(
                        "Topic " + name() + " holds no embeddings yet; 'streamclr embed --follow' writes them"))
                .digest());
    }

    private EncoderChoice choice() {
        return new EncoderChoice(broker.connection(), name());
    }

    /** What tells the topic from another of the same name, before and after. */
    public String identity() {
        try (Topics topics = Topics.at(broker.connection())) {
            return topics.identity(name());
        }
    }

    /** @param digest as {@link EmbeddingLog#open} takes it */
    public EmbeddingLog open(Optional<String> digest, LogPosition from) {
        return EmbeddingLog.open(broker.connection(), name(), digest, from);
    }
}
