package io.streamclr.stream.start;

import io.streamclr.schemas.RefusalException;
import java.time.Duration;
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
 * Starts a job on the Flink cluster that this program runs in, or else on one inside this JVM. It goes on from the newest
 * complete checkpoint in the folder of checkpoints. A cluster decides the parallelism where the plan leaves it open.
 */
public final class JobStart {

    private static final Logger LOG = LoggerFactory.getLogger(JobStart.class);

    private static final Duration FIRST_BACKOFF = Duration.ofMillis(500);
    private static final Duration LONGEST_BACKOFF = Duration.ofSeconds(10);

    /** About a minute of failing without a break, and the job gives up; machines that fail now and then it outlives. */
    private static final int RESTARTS = 10;

    private static final String PROMETHEUS = "org.apache.flink.metrics.prometheus.PrometheusReporterFactory";

    private static final Duration GOOD_AGAIN = Duration.ofSeconds(30);

    private final JobPlan plan;
    private final StreamExecutionEnvironment flink;

    private JobStart(JobPlan plan, StreamExecutionEnvironment flink) {
        this.plan = plan;
        this.flink = flink;
    }

    /**
     * The start of a job, before it is defined.
     *
     * @param partitions that share its work at most
     * @throws RefusalException if the folder of checkpoints cannot be used
     */
    public static JobStart of(JobPlan plan, int partitions) {
        Configuration settings = settings(plan);
        plan.checkpoints().newest().ifPresent(checkpoint -> {
            LOG.info("resuming job checkpoint={}", checkpoint);
            settings.set(StateRecoveryOptions.SAVEPOINT_PATH, checkpoint.toUri().toString());
            settings.set(StateRecoveryOptions.RESTORE_MODE, RecoveryClaimMode.CLAIM);
        });
        StreamExecutionEnvironment flink = StreamExecutionEnvironment.getExecutionEnvironment(settings);
        if (plan.parallelism() > 0) {
            flink.setParallelism(plan.parallelism());
        } else if (flink instanceof LocalStreamEnvironment) {
            flink.setParallelism(Math.min(partitions, Runtime.getRuntime().availableProcessors()));
        }
        return new JobStart(plan, flink);
    }

    /** Where the job is defined. */
    public StreamExecutionEnvironment flink() {
        return flink;
    }

    /**
     * Starts what was defined.
     *
     * @throws RefusalException if it cannot start for a reason that a person can fix
     */
    public RunningJob start() {
        try {
            return new RunningJob(
                    flink.executeAsync(plan.name()), plan, flink instanceof LocalStreamEnvironment, detached());
        } catch (Exception failed) {
            throw RunningJob.explain(failed, plan);
        }
    }

    /**
     * Whether the program that starts the job is not to wait for it: {@code flink run -d}. In an application cluster the
     * program belongs to the job and stays.
     */
    private boolean detached() {
        ReadableConfig given = flink.getConfiguration();
        return !(flink instanceof LocalStreamEnvironment)
                && !EmbeddedExecutor.NAME.equals(given.get(DeploymentOptions.TARGET))
                && !given.get(DeploymentOptions.ATTACHED);
    }

    private static Configuration settings(JobPlan plan) {
        Configuration settings = new Configuration();
        settings.set(
                CheckpointingOptions.CHECKPOINTING_INTERVAL, plan.checkpoints().interval());
        settings.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, Duration.ofMinutes(2));
        settings.set(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS, 3);
        if (plan.checkpoints().kept()) {
            settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
            settings.set(
                    CheckpointingOptions.CHECKPOINTS_DIRECTORY,
                    plan.checkpoints().uri());
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
        if (plan.metricsPort() > 0) {
            settings.setString("metrics.reporter.prometheus.factory.class", PROMETHEUS);
            settings.setString("metrics.reporter.prometheus.port", Integer.toString(plan.metricsPort()));
        }
        // Counts travel with heartbeats; whoever watches wants them every second.
        settings.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
        return settings;
    }
}
