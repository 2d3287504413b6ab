package io.streamclr.trainer.torch;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Threads whose convolutions are computed in one way compute at the same time. Who computes in another way waits for them
 * to end, because the switch is one for the process.
 */
final class Turns {

    private final Consumer<ConvolutionWay> switching;
    private Optional<ConvolutionWay> now = Optional.empty();
    private int computing;

    /** @param switching called at each change, while nobody computes */
    Turns(Consumer<ConvolutionWay> switching) {
        this.switching = switching;
    }

    /** What the work returns; it must not ask for a turn itself. */
    <T> T in(ConvolutionWay way, Supplier<T> work) {
        begin(way);
        try {
            return work.get();
        } finally {
            end();
        }
    }

    private synchronized void begin(ConvolutionWay way) {
        Optional<ConvolutionWay> wanted = Optional.of(way);
        boolean interrupted = false;
        while (computing > 0 && !now.equals(wanted)) {
            try {
                wait();
            } catch (InterruptedException later) {
                interrupted = true; // a step that has begun ends, as it does in native code
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (!now.equals(wanted)) {
            switching.accept(way);
            now = wanted;
        }
        computing++;
    }

    private synchronized void end() {
        computing--;
        notifyAll();
    }
}
