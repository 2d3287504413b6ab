package io.streamclr.console.embed;

import io.streamclr.process.command.Terminal;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongConsumer;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** Shows how many images are embedded: a bar that moves on a terminal, a line every ten seconds elsewhere. */
abstract class EmbeddingProgress implements LongConsumer, AutoCloseable {

    private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

    private EmbeddingProgress() {}

    static EmbeddingProgress on(PrintWriter err) {
        return Terminal.isThere() ? new Bar() : new Lines(err);
    }

    @Override
    public abstract void close();

    private static final class Bar extends EmbeddingProgress {

        private final ProgressBar bar = new ProgressBarBuilder()
                // The library's own look at the terminal would take Ctrl-C away from the shutdown hooks.
                .setConsumer(new ConsoleProgressBarConsumer(System.err, Integer.getInteger("streamclr.columns", 100)))
                .setTaskName("Embedding")
                .setUnit(" images", 1)
                .setInitialMax(-1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                .showSpeed()
                .build();

        @Override
        public void accept(long images) {
            bar.stepTo(images);
        }

        @Override
        public void close() {
            bar.close();
        }
    }

    private static final class Lines extends EmbeddingProgress {

        private final PrintWriter err;
        private long last = System.nanoTime();

        Lines(PrintWriter err) {
            this.err = err;
        }

        @Override
        public void accept(long images) {
            if (System.nanoTime() - last >= BETWEEN_LINES.toNanos()) {
                last = System.nanoTime();
                err.println(String.format(Locale.ROOT, "Embedding: %,d images", images));
                err.flush();
            }
        }

        @Override
        public void close() {
            err.flush();
        }
    }
}
