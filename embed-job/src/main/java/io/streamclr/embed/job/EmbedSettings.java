package io.streamclr.embed.job;

import io.streamclr.augment.decode.DecodeLimits;
import io.streamclr.schemas.RefusalException;
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
 * @param threads of PyTorch in each process, 1 or more
 * @param block images that are embedded at a time where as many wait, 1 to 256
 * @param vectors how numbers are written
 * @param limits on what is decoded
 * @param format of the values in the images topic
 * @param mostRejectedBytes of a rejected image that go along with the reject, 0 or more
 */
public record EmbedSettings(
        Map<String, String> kafka,
        String switches,
        String shelf,
        int threads,
        int block,
        VectorFormat vectors,
        DecodeLimits limits,
        ImagesFormat format,
        int mostRejectedBytes)
        implements Serializable {

    /** Accumulator that counts embeddings. */
    public static final String EMBEDDINGS = "embeddings";

    private static final int MOST_THREADS = 1024;
    private static final int MOST_AT_ONCE = 256;

    public EmbedSettings {
        kafka = new TreeMap<>(kafka);
        Objects.requireNonNull(vectors, "vectors");
        Objects.requireNonNull(limits, "limits");
        Objects.requireNonNull(format, "format");
        if (threads < 1 || threads > MOST_THREADS || block < 1 || block > MOST_AT_ONCE) {
            throw RefusalException.ofUsage(
                    "--threads must be 1 to " + MOST_THREADS + ", and --batch-size 1 to " + MOST_AT_ONCE);
        }
    }

    KafkaConnection connection() {
        return KafkaConnection.of(kafka);
    }
}
