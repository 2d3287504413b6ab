package io.streamclr.console;

import java.util.function.Supplier;

/**
 * Lets Ctrl-C end at once what has nothing to save. Without it the native library would be taken apart under a
 * computation that still runs, and the process would die of that instead.
 */
public final class Interruptible {

    private static final int ENDED_BY_CTRL_C = 130;

    private Interruptible() {}

    /** Does the work; a signal to end meanwhile is obeyed without more ado. */
    public static <T> T work(Supplier<T> work) {
        Thread halt = new Thread(() -> Runtime.getRuntime().halt(ENDED_BY_CTRL_C), "halt");
        Runtime.getRuntime().addShutdownHook(halt);
        try {
            return work.get();
        } finally {
            Runtime.getRuntime().removeShutdownHook(halt);
        }
    }
}
