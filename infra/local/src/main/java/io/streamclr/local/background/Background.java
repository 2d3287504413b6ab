package io.streamclr.local.background;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Work that goes on while a command's own thread watches it, in threads that hold up no exit. */
public final class Background implements AutoCloseable {

    private static final long GLANCE_SECONDS = 1;

    private final ExecutorService threads;

    /** @param name of the threads */
    public Background(String name) {
        this.threads = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Begins something. */
    public <T> Future<T> begin(Callable<T> work) {
        return threads.submit(work);
    }

    /** Waits a second at most; whether the work is over, well or not. */
    public static boolean ended(Future<?> work) throws InterruptedException {
        try {
            work.get(GLANCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException stillAtWork) {
            return false;
        } catch (ExecutionException failed) {
            return true; // whoever asks for the result hears of it
        }
        return true;
    }

    /**
     * Waits for the work.
     *
     * @throws Exception the one that ended it
     */
    public static <T> T result(Future<T> work) throws Exception {
        try {
            return work.get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof Exception cause ? cause : failed;
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
