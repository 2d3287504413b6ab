package io.streamclr.process.command;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C and a signal to end stop work that has something to save. The work is asked to stop, and the process
 * waits for it and for what the command then has to say: a native library must not be taken apart while it computes.
 */
public final class Stoppable {

    private Stoppable() {}

    /**
     * Does the work.
     *
     * @param patience how long the process waits for the work to end
     * @param stop asks the work to end soon; called in a thread of its own when a signal to end comes meanwhile
     */
    public static <T> T work(Duration patience, Runnable stop, Callable<T> work) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(() -> stopAndAwait(patience, stop, done), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.call();
        } finally {
            done.countDown();
            forget(hook);
        }
    }

    private static void stopAndAwait(Duration patience, Runnable stop, CountDownLatch done) {
        stop.run();
        try {
            if (!done.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("Stopping took too long and was cut off; what was saved before is kept");
            }
        } catch (InterruptedException impatient) {
            Thread.currentThread().interrupt();
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException goingDown) {
            return; // the hook is at work: it is what ended the work
        }
    }
}
