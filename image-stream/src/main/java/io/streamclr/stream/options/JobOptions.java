package io.streamclr.stream.options;

import io.streamclr.stream.start.Checkpoints;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The options of every job: how many subtasks it has, and where its progress is kept and shown. */
public final class JobOptions {

    @Option(
            names = "--parallelism",
            paramLabel = "N",
            defaultValue = "0",
            description = "Parallelism of the job; no more threads are busy than the topic has partitions (default:"
                    + " one per processor, at most one per partition; on a Flink cluster, the cluster's).")
    private int parallelism;

    @Option(
            names = "--checkpoints",
            paramLabel = "DIR",
            description = "Directory of the job's checkpoints. Without it a restart resumes after the last record"
                    + " written.")
    private String checkpoints;

    @Option(
            names = "--checkpoint-interval",
            paramLabel = "SECONDS",
            defaultValue = "5",
            description = "Seconds between checkpoints (default: ${DEFAULT-VALUE}).")
    private double checkpointSeconds;

    @Option(
            names = "--metrics-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Serve Flink's metrics to Prometheus at this port, on all addresses of this machine. For a"
                    + " job inside this JVM only: a Flink cluster has its own configuration (default: off).")
    private int metricsPort;

    /** 0 to suit the machine. */
    public int parallelism() {
        return parallelism;
    }

    /** @throws io.streamclr.schemas.RefusalException if the interval is too short */
    public Checkpoints checkpoints() {
        return new Checkpoints(
                checkpoints == null ? "" : checkpoints, Duration.ofMillis(Math.round(checkpointSeconds * 1000)));
    }

    /** 0 for nowhere. */
    public int metricsPort() {
        return metricsPort;
    }
}
