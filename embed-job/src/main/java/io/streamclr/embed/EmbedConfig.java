package io.streamclr.embed;

import io.streamclr.embed.encoders.EncoderChoice;
import io.streamclr.embed.encoders.Gate;
import io.streamclr.embed.encoders.PinnedEncoder;
import io.streamclr.embed.job.EmbedSettings;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.stream.start.Checkpoints;
import io.streamclr.stream.start.JobPlan;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * All settings of the embedding process.
 *
 * @param kafka the way to the broker
 * @param topics that it reads and writes
 * @param from no image from before this moment is embedded; {@link Instant#MIN} for all
 * @param gate which published encoders embed images
 * @param pin the encoder that embeds all images, whatever is published
 * @param delay milliseconds from the choice of an encoder to its effect, in a new log of encoders
 * @param embedding how an image becomes an embedding
 * @param parallelism subtasks, 1 or more; 0 for one a processor, at most one a partition
 * @param checkpoints where the job's progress is kept, and how often
 * @param exactlyOnce whether embeddings are written in transactions; else a crash may write some twice, with the same origin
 * @param metricsPort where Flink's reporter shows the job's metrics to Prometheus, if the job runs in this JVM; 0 for nowhere
 */
public record EmbedConfig(
        KafkaConnection kafka,
        TopicNames topics,
        Instant from,
        Gate gate,
        Optional<PinnedEncoder> pin,
        long delay,
        EmbedSettings embedding,
        int parallelism,
        Checkpoints checkpoints,
        boolean exactlyOnce,
        int metricsPort) {

    /** The topics of the process; they differ from each other. The log of encoders goes by the embeddings' name. */
    public record TopicNames(String images, String rejects, String encoders, String embeddings) {

        /** As the system names them. */
        public static final TopicNames DEFAULT = new TopicNames(
                Topic.IMAGES.defaultName(),
                Topic.IMAGES_REJECTED.defaultName(),
                Topic.ENCODERS.defaultName(),
                Topic.EMBEDDINGS.defaultName());

        public TopicNames {
            List<String> all = List.of(images, rejects, encoders, embeddings, Topic.encodersOf(embeddings));
            if (all.stream().anyMatch(String::isBlank) || new HashSet<>(all).size() < all.size()) {
                throw RefusalException.ofUsage("The topics " + String.join(", ", all)
                        + " must be different ones with names: what is written to one would be read as another");
            }
        }

        /** The topic that says which encoder an image takes. */
        public String switches() {
            return Topic.encodersOf(embeddings);
        }
    }

    public EmbedConfig {
        Objects.requireNonNull(kafka, "kafka");
        Objects.requireNonNull(topics, "topics");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(gate, "gate");
        Objects.requireNonNull(pin, "pin");
        Objects.requireNonNull(embedding, "embedding");
        Objects.requireNonNull(checkpoints, "checkpoints");
        JobPlan.require(parallelism, metricsPort);
        if (delay < 0) {
            throw RefusalException.ofUsage("--switch-delay must be 0 seconds or more; 10 are usual");
        }
    }

    /** What starts and stops the job. */
    JobPlan job() {
        return new JobPlan("embed", EmbedSettings.EMBEDDINGS, kafka, parallelism, checkpoints, metricsPort);
    }

    EncoderChoice choice() {
        return new EncoderChoice(gate, embedding.shelf(), delay);
    }
}
