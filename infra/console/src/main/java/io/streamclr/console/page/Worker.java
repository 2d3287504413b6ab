package io.streamclr.console.page;

import io.streamclr.schemas.RefusalException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread of the page. What fails is noted as trouble, and done again at its next turn. */
final class Worker implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Worker.class);
    private static final long PATIENCE_SECONDS = 60;

    private final ScheduledThreadPoolExecutor thread;
    private final Troubles troubles;

    Worker(String name, Troubles troubles) {
        this.troubles = troubles;
        this.thread = new ScheduledThreadPoolExecutor(1, work -> {
            Thread made = new Thread(work, name);
            made.setDaemon(true);
            return made;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
    }

    /** Does this now, and again so long after each time. */
    void every(long millis, String part, Runnable work) {
        ScheduledFuture<?> unused =
                thread.scheduleWithFixedDelay(() -> attempt(part, work), 0, millis, TimeUnit.MILLISECONDS);
    }

    /** Does this once, soon. */
    void submit(String part, Runnable work) {
        thread.execute(() -> attempt(part, work));
    }

    /** Does this once, for somebody who waits for it. */
    <T> Future<T> ask(Callable<T> question) {
        return thread.submit(question);
    }

    /** Does this once; returns when it is done, or takes too long. */
    void last(String part, Runnable work) {
        Future<?> done = thread.submit(() -> attempt(part, work));
        try {
            done.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException failed) {
            LOG.warn("the last of a part of the page was not done part={} reason={}", part, failed.toString());
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }

    private void attempt(String part, Runnable work) {
        try {
            work.run();
            troubles.over(part);
        } catch (RefusalException | KafkaException expected) {
            troubles.note(part, expected.getMessage());
        } catch (RuntimeException defect) {
            if (troubles.note(part, "This part of the page fails by a defect: " + defect)) {
                LOG.error("part of the page fails part={}", part, defect);
            }
        }
    }

    /** Waits for what is at work. */
    @Override
    public void close() {
        thread.shutdown();
        try {
            if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a thread of the page does not end");
            }
        } catch (InterruptedException hurried) {
            Thread.currentThread().interrupt();
        }
    }
}
