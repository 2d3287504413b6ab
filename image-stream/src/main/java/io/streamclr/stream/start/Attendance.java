package io.streamclr.stream.start;

import io.streamclr.stream.start.RunningJob.Counts;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stays with a job until it ends, and stops it on Ctrl-C where it runs in this process. */
public final class Attendance {

    /** Hears how far a job is. */
    @FunctionalInterface
    public interface Listener {
        /** @param writtenPerSecond since it heard the last time */
        void progress(Counts counts, double writtenPerSecond);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Attendance.class);
    private static final Duration REPORT = Duration.ofSeconds(10);

    private Attendance() {}

    /**
     * Waits for the end of a job.
     *
     * @param listener hears of it every ten seconds
     * @return what it has done; empty if Ctrl-C stopped it
     * @throws io.streamclr.schemas.RefusalException if it failed for a reason that a person can fix
     */
    public static Optional<Counts> untilTheEnd(RunningJob job, Listener listener) throws InterruptedException {
        // A JobManager that is asked to end hands its job on to the next one; stopped here, it would be gone for good.
        Thread stopping = new Thread(() -> stop(job), "stop-job");
        if (job.inThisProcess()) {
            Runtime.getRuntime().addShutdownHook(stopping);
        }
        long before = 0;
        while (!job.awaitEnd(REPORT)) {
            Counts counts = job.counts();
            listener.progress(counts, Math.max(0, counts.written() - before) / (double) REPORT.toSeconds());
            before = counts.written();
        }
        Counts done = job.awaitEnd();
        try {
            Runtime.getRuntime().removeShutdownHook(stopping);
        } catch (IllegalStateException shuttingDown) {
            LOG.debug("the hook has stopped the job", shuttingDown);
            return Optional.empty();
        }
        return Optional.of(done);
    }

    private static void stop(RunningJob job) {
        try {
            job.stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
