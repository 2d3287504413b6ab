package io.streamclr.trainer.run;

import java.util.Optional;
import org.apache.kafka.common.errors.InterruptException;

/** Lets one thread wait for something, and any other end that. Who asks for it before or while it waits, ends it. */
final class StopSignal {

    private final Object lock = new Object();
    private Thread waiter;
    private volatile boolean asked;

    /** What may take any time, and ends when its thread is interrupted. */
    @FunctionalInterface
    interface Wait<T> {
        T end() throws InterruptedException;
    }

    /** Whether somebody asked. */
    boolean asked() {
        return asked;
    }

    /** Ends the wait that is under way, and all to come. */
    void ask() {
        synchronized (lock) {
            asked = true;
            if (waiter != null) {
                waiter.interrupt();
            }
        }
    }

    /**
     * Waits.
     *
     * @return what was waited for; empty if somebody asked
     * @throws InterruptedException if the thread is interrupted and nobody asked
     */
    <T> Optional<T> unlessAsked(Wait<T> wait) throws InterruptedException {
        synchronized (lock) {
            if (asked) {
                return Optional.empty();
            }
            waiter = Thread.currentThread();
        }
        try {
            return Optional.of(wait.end());
        } catch (InterruptedException | InterruptException interrupted) {
            if (asked) {
                return Optional.empty();
            }
            throw interrupted;
        } finally {
            synchronized (lock) {
                waiter = null;
                if (asked) {
                    // An interrupt that came too late to end the waiting would break the writing of files.
                    Thread.interrupted();
                }
            }
        }
    }
}
