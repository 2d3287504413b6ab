package io.streamclr.local;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C end work that has something to save: the work is told to stop, and the process waits for it, because
 * PyTorch must not be taken apart while it computes.
 */
public final class Stoppable {

    private static final long LONGEST_SECONDS = 60;

    private Stoppable() {}

    /**
     * Does the work.
     *
     * @param stop tells the work to end soon; called in a thread of its own when a signal to end comes meanwhile
     */
    public static <T> T work(Runnable stop, Callable<T> work) throws Exception {
        CountDownLatch done = new CountDownLatch(1);
        Thread hook = new Thread(() -> stopAndAwait(stop, done), "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return work.call();
        } finally {
            done.countDown();
            forget(hook);
        }
    }

    private static void stopAndAwait(Runnable stop, CountDownLatch done) {
        stop.run();
        try {
            if (!done.await(LONGEST_SECONDS, TimeUnit.SECONDS)) {
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
