package io.streamclr.process.command;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

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
        return work(patience, () -> false, stop, work);
    }

    /**
     * Does the work.
     *
     * @param computes whether a native library is computing what nobody can interrupt: the process waits for the end of
     *     that however long it takes, because it would end by a signal otherwise, and then for what is saved
     */
    public static <T> T work(Duration patience, BooleanSupplier computes, Runnable stop, Callable<T> work)
            throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(() -> stopAndAwait(patience, computes, stop, done), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.call();
        } finally {
            done.countDown();
            forget(hook);
        }
    }

    /** What the process does when it is asked to end. @param done ends when the work has */
    static void stopAndAwait(Duration patience, BooleanSupplier computes, Runnable stop, CountDownLatch done) {
        stop.run();
        try {
            boolean ended = done.await(patience.toMillis(), TimeUnit.MILLISECONDS);
            boolean computed = false;
            while (!ended && computes.getAsBoolean()) {
                computed = true;
                System.err.println("Still computing; it stops as soon as the part at work is done");
                ended = done.await(patience.toMillis(), TimeUnit.MILLISECONDS);
            }
            if (!ended && computed) {
                // What was computed may have ended late in that time, and is saved only now.
                ended = done.await(patience.toMillis(), TimeUnit.MILLISECONDS);
            }
            if (!ended) {
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
