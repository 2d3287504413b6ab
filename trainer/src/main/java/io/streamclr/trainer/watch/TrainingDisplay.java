package io.streamclr.trainer.watch;

import io.streamclr.process.command.Terminal;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Shows on the standard error how a training goes: a line that moves on a terminal, whole lines elsewhere. */
public interface TrainingDisplay extends TrainingListener, AutoCloseable {

    /** @param steps where the run ends; 0 if nobody knows */
    static TrainingDisplay here(long steps) {
        return Terminal.isThere()
                ? new TrainingBar(steps)
                : new TrainingLines(steps, new PrintWriter(System.err, true, StandardCharsets.UTF_8), System::nanoTime);
    }

    @Override
    default void close() {}
}
