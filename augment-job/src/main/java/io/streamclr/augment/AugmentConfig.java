package io.streamclr.augment;

import io.streamclr.augment.job.AugmentFunction;
import io.streamclr.augment.job.RenderSettings;
import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import io.streamclr.schemas.topic.Topic;
import io.streamclr.stream.sink.Compression;
import io.streamclr.stream.source.LookAhead;
import io.streamclr.stream.source.Passes;
import io.streamclr.stream.start.Checkpoints;
import io.streamclr.stream.start.JobPlan;
import java.util.Objects;

/**
 * All settings of the augmentation process.
 *
 * @param kafka the way to the broker
 * @param topics that it reads and writes
 * @param passes how often the images are read
 * @param ahead how far the views may run ahead of their reader
 * @param drawing how an image becomes views
 * @param parallelism subtasks, 1 or more; 0 for one a processor, at most one a partition
 * @param checkpoints where the job's progress is kept, and how often
 * @param exactlyOnce whether views are written in transactions; else a crash may write some twice, with the same origin
 * @param compression of what is written
 * @param metricsPort where Flink's reporter shows the job's metrics to Prometheus, if the job runs in this JVM; 0 for nowhere
 */
public record AugmentConfig(
        KafkaConnection kafka,
        TopicNames topics,
        Passes passes,
        LookAhead ahead,
        RenderSettings drawing,
        int parallelism,
        Checkpoints checkpoints,
        boolean exactlyOnce,
        Compression compression,
        int metricsPort) {

    /** The topics of the process; they differ from each other. */
    public record TopicNames(String images, String views, String rejects) {

        /** As the system names them. */
        public static final TopicNames DEFAULT = new TopicNames(
                Topic.IMAGES.defaultName(), Topic.VIEWS.defaultName(), Topic.IMAGES_REJECTED.defaultName());

        public TopicNames {
            if (images.isBlank() || views.isBlank() || rejects.isBlank()) {
                throw RefusalException.ofUsage(
                        "A topic has an empty name; name images, views and rejects, or none of them");
            }
            if (images.equals(views) || images.equals(rejects) || views.equals(rejects)) {
                throw RefusalException.ofUsage("The topics " + images + ", " + views + " and " + rejects
                        + " must be three different ones: what is written to one would be read as another");
            }
        }
    }

    public AugmentConfig {
        Objects.requireNonNull(kafka, "kafka");
        Objects.requireNonNull(topics, "topics");
        Objects.requireNonNull(passes, "passes");
        Objects.requireNonNull(ahead, "ahead");
        Objects.requireNonNull(drawing, "drawing");
        Objects.requireNonNull(checkpoints, "checkpoints");
        Objects.requireNonNull(compression, "compression");
        JobPlan.require(parallelism, metricsPort);
    }

    /** What starts and stops the job. */
    JobPlan job() {
        return new JobPlan("augment", AugmentFunction.PAIRS, kafka, parallelism, checkpoints, metricsPort);
    }

    /** One pass by this recipe over the usual topics. */
    public static AugmentConfig of(KafkaConnection kafka, Recipe recipe) {
        return new AugmentConfig(
                kafka,
                TopicNames.DEFAULT,
                Passes.once(),
                LookAhead.unlimited(),
                RenderSettings.by(recipe),
                0,
                Checkpoints.DEFAULT,
                false,
                Compression.NONE,
                0);
    }

    /** The same over other topics. */
    public AugmentConfig withTopics(TopicNames names) {
        return new AugmentConfig(
                kafka, names, passes, ahead, drawing, parallelism, checkpoints, exactlyOnce, compression, metricsPort);
    }

    /** The same with other passes. */
    public AugmentConfig withPasses(Passes other) {
        return new AugmentConfig(
                kafka, topics, other, ahead, drawing, parallelism, checkpoints, exactlyOnce, compression, metricsPort);
    }

    /** The same with another look-ahead. */
    public AugmentConfig withAhead(LookAhead other) {
        return new AugmentConfig(
                kafka, topics, passes, other, drawing, parallelism, checkpoints, exactlyOnce, compression, metricsPort);
    }

    /** The same, drawing in another way. */
    public AugmentConfig withDrawing(RenderSettings other) {
        return new AugmentConfig(
                kafka, topics, passes, ahead, other, parallelism, checkpoints, exactlyOnce, compression, metricsPort);
    }

    /** The same with so many subtasks. */
    public AugmentConfig withParallelism(int subtasks) {
        return new AugmentConfig(
                kafka, topics, passes, ahead, drawing, subtasks, checkpoints, exactlyOnce, compression, metricsPort);
    }

    /** The same with its progress kept there. */
    public AugmentConfig withCheckpoints(Checkpoints other) {
        return new AugmentConfig(
                kafka, topics, passes, ahead, drawing, parallelism, other, exactlyOnce, compression, metricsPort);
    }

    /** The same, with its metrics shown there. */
    public AugmentConfig withMetricsPort(int port) {
        return new AugmentConfig(
                kafka, topics, passes, ahead, drawing, parallelism, checkpoints, exactlyOnce, compression, port);
    }

    /** The same, writing in transactions. */
    public AugmentConfig writingExactlyOnce() {
        return new AugmentConfig(
                kafka, topics, passes, ahead, drawing, parallelism, checkpoints, true, compression, metricsPort);
    }

    /** The same, packing what it writes. */
    public AugmentConfig withCompression(Compression other) {
        return new AugmentConfig(
                kafka, topics, passes, ahead, drawing, parallelism, checkpoints, exactlyOnce, other, metricsPort);
    }
}
