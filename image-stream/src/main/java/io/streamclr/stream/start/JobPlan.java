package io.streamclr.stream.start;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.KafkaConnection;
import java.util.Objects;

/**
 * What starts and stops a job, whatever it does with images.
 *
 * @param name of the job, such as augment
 * @param written name of the accumulator that counts the records it has written
 * @param kafka the way to the broker
 * @param parallelism subtasks, 1 or more; 0 for one a processor, at most one a partition
 * @param checkpoints where the job's progress is kept, and how often
 * @param metricsPort where Flink's reporter shows the job's metrics to Prometheus, if the job runs in this JVM; 0 for nowhere
 */
public record JobPlan(
        String name, String written, KafkaConnection kafka, int parallelism, Checkpoints checkpoints, int metricsPort) {

    /** Accumulator of every job: the images that it rejected. */
    public static final String REJECTS = "rejects";

    public JobPlan {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(written, "written");
        Objects.requireNonNull(kafka, "kafka");
        Objects.requireNonNull(checkpoints, "checkpoints");
        require(parallelism, metricsPort);
    }

    /** @throws RefusalException if one of them is no such number */
    public static void require(int parallelism, int metricsPort) {
        if (parallelism < 0) {
            throw RefusalException.ofUsage(
                    "The parallelism is " + parallelism + ", but must be 1 or more, or 0 to suit the machine");
        }
        if (metricsPort < 0 || metricsPort > 65_535) {
            throw RefusalException.ofUsage("--metrics-port is " + metricsPort + ", but ports are 1 to 65535");
        }
    }
}
