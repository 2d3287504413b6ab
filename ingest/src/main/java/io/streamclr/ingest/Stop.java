package io.streamclr.ingest;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets Ctrl-C and a signal to end stop something that would go on for ever. The process then waits for what follows: the
 * last images, and what the command has to say.
 */
final class Stop {

    private final CountDownLatch finished = new CountDownLatch(1);
    private final Thread hook;

    private Stop(Runnable stop, Duration patience) {
        this.hook = new Thread(
                () -> {
                    stop.run();
                    awaitFinish(patience);
                },
                "stop");
    }

    /**
     * @param stop makes the work end soon; called on another thread
     * @param patience how long the process waits for that
     */
    static Stop onSignal(Runnable stop, Duration patience) {
        Stop installed = new Stop(stop, patience);
        Runtime.getRuntime().addShutdownHook(installed.hook);
        return installed;
    }

    private void awaitFinish(Duration patience) {
        try {
            finished.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException giveUp) {
            Thread.currentThread().interrupt();
        }
    }

    /** The command has said all that it has to say; must be called, or the process waits for it. */
    void over() {
        finished.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            Thread.currentThread().setName("ending"); // the hook is running, and ends now
        }
    }
}
