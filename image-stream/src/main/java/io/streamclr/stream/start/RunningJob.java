package io.streamclr.stream.start;

import io.streamclr.schemas.RefusalException;
import java.lang.reflect.InaccessibleObjectException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.flink.api.common.JobExecutionResult;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.util.ExceptionUtils;
import org.apache.flink.util.SerializedThrowable;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A job that has been started: how far it is, how it ends, and the way to stop it. Safe for use by many threads. */
public final class RunningJob {

    /**
     * What the job has done since it started, or since a failure made it start anew.
     *
     * @param written records of what the job makes of images
     * @param rejects images rejected
     */
    public record Counts(long written, long rejects) {}

    private static final Logger LOG = LoggerFactory.getLogger(RunningJob.class);
    private static final long STOP_SECONDS = 60;
    private static final long ANSWER_SECONDS = 10;

    private final JobClient job;
    /** Asked for once: each question makes a client that asks the cluster until the job ends. */
    private final CompletableFuture<JobExecutionResult> result;

    private final JobPlan plan;
    private final boolean inThisProcess;
    private final boolean detached;
    private volatile Counts last = new Counts(0, 0);

    RunningJob(JobClient job, JobPlan plan, boolean inThisProcess, boolean detached) {
        this.job = job;
        this.result = job.getJobExecutionResult();
        this.plan = plan;
        this.inThisProcess = inThisProcess;
        this.detached = detached;
    }

    /** Whether the job ends with this process; a cluster's job does not, whoever started it. */
    public boolean inThisProcess() {
        return inThisProcess;
    }

    /** Whether whoever started the job asked not to wait for its end. */
    public boolean detached() {
        return detached;
    }

    /** Counts of about a second ago; the last known ones when the job does not answer. */
    public Counts counts() {
        try {
            last = countsIn(job.getAccumulators().get(ANSWER_SECONDS, TimeUnit.SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException | IllegalStateException over) {
            return last;
        }
        return last;
    }

    private Counts countsIn(Map<String, Object> accumulators) {
        return new Counts((Long) accumulators.getOrDefault(plan.written(), 0L), (Long)
                accumulators.getOrDefault(JobPlan.REJECTS, 0L));
    }

    /** Whether the job still works, or tries to. */
    public boolean running() {
        return !result.isDone();
    }

    /**
     * Waits until the job has read all passes, or has been stopped.
     *
     * @return what it has done
     * @throws RefusalException if it failed for a reason that a person can fix
     * @throws IllegalStateException if it failed for another
     */
    public Counts awaitEnd() throws InterruptedException {
        try {
            last = countsIn(result.get().getAllAccumulatorResults());
            return last;
        } catch (ExecutionException failed) {
            if (cancelled(failed)) {
                return last;
            }
            throw explain(failed, plan);
        }
    }

    /**
     * Waits for the end of the job, however it ends, but not for ever.
     *
     * @return whether it has ended; {@link #awaitEnd()} then says how
     */
    public boolean awaitEnd(Duration most) throws InterruptedException {
        try {
            result.get(most.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (ExecutionException ended) {
            return true;
        } catch (TimeoutException stillWorking) {
            return false;
        }
    }

    /** Why the job has failed, in one sentence; empty while it works and after a good end. */
    public Optional<RuntimeException> failure() {
        if (running()) {
            return Optional.empty();
        }
        try {
            awaitEnd();
            return Optional.empty();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (RuntimeException failed) {
            return Optional.of(failed);
        }
    }

    /**
     * Stops the job and waits for its end. With a folder of checkpoints the next start goes on exactly here; does nothing
     * if it has ended.
     */
    public void stop() throws InterruptedException {
        if (!running()) {
            return;
        }
        counts();
        if (plan.checkpoints().kept() && stopWithSavepoint()) {
            return;
        }
        try {
            job.cancel().get(STOP_SECONDS, TimeUnit.SECONDS);
            result.get(STOP_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException over) {
            LOG.debug("job ended while it was cancelled", over);
        }
    }

    private boolean stopWithSavepoint() throws InterruptedException {
        try {
            String folder = plan.checkpoints().uri();
            String savepoint = job.stopWithSavepoint(false, folder, SavepointFormatType.NATIVE)
                    .get(STOP_SECONDS, TimeUnit.SECONDS);
            result.get(STOP_SECONDS, TimeUnit.SECONDS);
            LOG.info("job stopped checkpoint={}", savepoint);
            return true;
        } catch (ExecutionException | TimeoutException failed) {
            // The newest checkpoint stays; from there the next start goes on.
            LOG.warn("job could not save where it stopped reason={}", rootOf(failed));
            return false;
        }
    }

    private static boolean cancelled(Throwable failure) {
        return ExceptionUtils.findThrowable(failure, org.apache.flink.runtime.client.JobCancellationException.class)
                .isPresent();
    }

    /** The sentence for the person who runs the job, where there is one. */
    static RuntimeException explain(Throwable failure, JobPlan plan) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Throwable thrown = cause instanceof SerializedThrowable serialized
                    ? serialized.deserializeError(RunningJob.class.getClassLoader())
                    : cause;
            if (thrown instanceof RefusalException refusal) {
                return new RefusalException(refusal.getMessage(), failure);
            }
            if (memoryWasFull(thrown)) {
                return new RefusalException(
                        "The " + plan.name() + " job found Java's memory full, of which it has "
                                + (Runtime.getRuntime().maxMemory() >> 20)
                                + " MiB; give it more (-Xmx, in STREAMCLR_OPTS for ./streamclr) and start it again, it"
                                + " goes on where it was",
                        failure);
            }
            if (thrown instanceof KafkaException) {
                return new RefusalException(
                        "The Kafka broker at " + plan.kafka().bootstrapServers() + " failed the " + plan.name()
                                + " job (" + thrown.getMessage()
                                + "); fix it and start the job again, it goes on where it was",
                        failure);
            }
        }
        return new IllegalStateException("The " + plan.name() + " job failed: " + rootOf(failure), failure);
    }

    /** Flink would say more of a full memory, and fails in trying to where Java does not open its own classes to it. */
    private static boolean memoryWasFull(Throwable thrown) {
        return thrown instanceof OutOfMemoryError
                || (thrown instanceof InaccessibleObjectException
                        && Arrays.stream(thrown.getStackTrace())
                                .anyMatch(call -> call.getMethodName().contains("OutOfMemoryError")));
    }

    private static String rootOf(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.toString();
    }
}
