package io.streamclr.embed.job;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.stream.source.ImagesFormat;
import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * How an image becomes an embedding.
 *
 * @param kafka plain Kafka client properties
 * @param switches topic that says which encoder an image takes
 * @param shelf place where encoders are kept
 * @param computing what they compute with
 * @param vectors how numbers are written
 * @param limits on what is decoded
 * @param format of the values in the images topic
 * @param mostRejectedBytes of a rejected image that go along with the reject, 0 or more
 */
public record EmbedSettings(
        Map<String, String> kafka,
        String switches,
        String shelf,
        Computing computing,
        VectorFormat vectors,
        DecodeLimits limits,
        ImagesFormat format,
        int mostRejectedBytes)
        implements Serializable {

    /** Accumulator that counts embeddings. */
    public static final String EMBEDDINGS = "embeddings";

    public EmbedSettings {
        kafka = new TreeMap<>(kafka);
        Objects.requireNonNull(computing, "computing");
        Objects.requireNonNull(vectors, "vectors");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(format, "format");
    }

    KafkaConnection connection() {
        return KafkaConnection.of(kafka);
    }
}
