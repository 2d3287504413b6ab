package io.streamclr.augment;

import io.streamclr.augment.job.AugmentFunction;
import io.streamclr.augment.job.KafkaSinks;
import io.streamclr.augment.job.Outgoing;
import io.streamclr.augment.source.PartitionSplit;
import io.streamclr.augment.source.PartitionStarts;
import io.streamclr.augment.source.PassSource;
import io.streamclr.augment.source.RawImage;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.client.deployment.application.executors.EmbeddedExecutor;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.DeploymentOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.streaming.api.environment.LocalStreamEnvironment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Flink job: one chained vertex from the images to the views, without a shuffle, so that partition p becomes
 * partition p in its order at any parallelism.
 */
public final class AugmentJob {

    private static final Logger LOG = LoggerFactory.getLogger(AugmentJob.class);

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);

    /** About a minute of failing without a break, and the job gives up; machines that fail now and then it outlives. */
    private static final int RESTARTS = 10;

    private static final String PROMETHEUS = "org.apache.flink.metrics.prometheus.PrometheusReporterFactory";

    private static final Duration GOOD_AGAIN = Duration.ofSeconds(30);

    private AugmentJob() {}

    /**
     * Starts the job, on the Flink cluster that this program runs in, or else on one inside this JVM. It goes on from
     * the newest complete checkpoint in the folder of checkpoints; where there is none, after the last views that the
     * same run has written. A cluster decides the parallelism where the configuration leaves it open.
     *
     * @throws RefusalException if topics are missing or differ in partitions, no broker answers, or the folder cannot
     *     be used
     */
    public static RunningJob start(AugmentConfig config) {
        int partitions = requireTopics(config);
        Configuration settings = settings(config);
        newestCheckpoint(config).ifPresent(checkpoint -> {
            LOG.info("resuming job checkpoint={}", checkpoint);
            settings.set(StateRecoveryOptions.SAVEPOINT_PATH, checkpoint.toUri().toString());
            settings.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);
        });
        List<PartitionSplit> splits = PartitionStarts.find(
                config.kafka(),
                config.topics().images(),
                config.passes().asOf(),
                config.topics().views(),
                config.drawing().seed(),
                config.drawing().recipe().fingerprint());
        StreamExecutionEnvironment flink = StreamExecutionEnvironment.getExecutionEnvironment(settings);
        boolean inThisProcess = flink instanceof LocalStreamEnvironment;
        if (config.parallelism() > 0) {
            flink.setParallelism(config.parallelism());
        } else if (inThisProcess) {
            flink.setParallelism(Math.min(partitions, Runtime.getRuntime().availableProcessors()));
        }
        PassSource images = new PassSource(
                config.kafka().properties(),
                splits,
                config.passes(),
                config.topics().views(),
                config.ahead());
        define(flink, config, images, sink(config));
        try {
            return new RunningJob(flink.executeAsync("augment"), config, inThisProcess, detached(flink));
        } catch (Exception failed) {
            throw RunningJob.explain(failed, config);
        }
    }

    /**
     * Whether the program that starts the job is not to wait for it: {@code flink run -d}. In an application cluster the
     * program belongs to the job and stays.
     */
    private static boolean detached(StreamExecutionEnvironment flink) {
        ReadableConfig given = flink.getConfiguration();
        return !(flink instanceof LocalStreamEnvironment)
                && !EmbeddedExecutor.NAME.equals(given.get(DeploymentOptions.TARGET))
                && !given.get(DeploymentOptions.ATTACHED);
    }

    /** Draws the job between the given ends: Kafka in production, bounded lists in tests. */
    static void define(
            StreamExecutionEnvironment flink,
            AugmentConfig config,
            Source<RawImage, ?, ?> images,
            Sink<Outgoing> sink) {
        flink.fromSource(images, WatermarkStrategy.noWatermarks(), "images")
                .uid("images")
                .flatMap(new AugmentFunction(config.drawing()))
                .name("augment")
                .uid("augment")
                .sinkTo(sink)
                .name("views")
                .uid("views");
    }

    private static Sink<Outgoing> sink(AugmentConfig config) {
        String views = config.topics().views();
        String rejects = config.topics().rejects();
        String recipe = config.drawing().recipe().shortText();
        return config.exactlyOnce()
                ? KafkaSinks.writingExactlyOnce(config.kafka(), views, rejects, recipe, config.compression())
                : KafkaSinks.writingAtLeastOnce(config.kafka(), views, rejects, recipe, config.compression());
    }

    private static int requireTopics(AugmentConfig config) {
        try (Topics topics = Topics.at(config.kafka())) {
            int partitions = topics.requireAlike(
                    config.topics().images(), config.topics().views());
            topics.requireAlike(config.topics().images(), config.topics().rejects());
            return partitions;
        }
    }

    private static Optional<Path> newestCheckpoint(AugmentConfig config) {
        String folder = config.checkpoints().folder();
        // A folder elsewhere, such as s3://..., belongs to a cluster, and whoever runs the cluster restores the job.
        return !config.checkpoints().kept() || folder.contains("://")
                ? Optional.empty()
                : CheckpointFolder.at(Path.of(folder)).newest();
    }

    private static Configuration settings(AugmentConfig config) {
        Configuration settings = new Configuration();
        settings.set(
                CheckpointingOptions.CHECKPOINTING_INTERVAL,
                config.checkpoints().interval());
        settings.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofMinutes(2));
        settings.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 3);
        if (config.checkpoints().kept()) {
            settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
            settings.set(
                    CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                    uri(config.checkpoints().folder()));
            settings.set(
                    CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                    ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        }
        // A record is handed from function to function within one thread and never kept, so nobody needs a copy.
        settings.set(PipelineOptions.OBJECT_REUSE, true);
        settings.set(PipelineOptions.GENERIC_TYPES, false);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY, "exponential-delay");
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_INITIAL_BACKOFF, FIRST_BACKOFF);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_MAX_BACKOFF, LONGEST_BACKOFF);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_ATTEMPTS, RESTARTS);
        settings.set(RestartStrategyOptions.RESTART_STRATEGY_EXPONENTIAL_DELAY_RESET_BACKOFF_THRESHOLD, GOOD_AGAIN);
        if (config.metricsPort() > 0) {
            settings.setString("metrics.reporter.prometheus.factory.class", PROMETHEUS);
            settings.setString("metrics.reporter.prometheus.port", Integer.toString(config.metricsPort()));
        }
        // Counts of pairs travel with heartbeats; whoever watches wants them every second.
        settings.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
        return settings;
    }

    static String uri(String folder) {
        return folder.contains("://") ? folder : Path.of(folder).toUri().toString();
    }
}
