package io.streamclr.trainer.watch;

import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

/** The line on the terminal that shows how a training goes, from when it begins. */
final class TrainingBar implements TrainingDisplay {

    private static final int REFRESH_MILLIS = 500;
    /** The progress bar's own sign for an end that is not known. */
    private static final long NO_END = -1;

    private static final String WAITING = " waiting for views";

    private final long steps;
    private ProgressBar bar;
    private double loss = Double.NaN;
    // The library's own look at the terminal would take Ctrl-C away from the shutdown hooks.
    private final Line line =
            new Line(new ConsoleProgressBarConsumer(System.err, Integer.getInteger("streamclr.columns", 100)));

    /** Shows what has changed: by itself the library shows a new message with the next step, or the same all the time. */
    private static final class Line implements ProgressBarConsumer {

        private final ProgressBarConsumer terminal;
        private volatile boolean changed;

        Line(ProgressBarConsumer terminal) {
            this.terminal = terminal;
        }

        @Override
        public int getMaxRenderedLength() {
            return terminal.getMaxRenderedLength();
        }

        @Override
        public void accept(String rendered) {
            if (changed) {
                changed = false;
                terminal.accept(rendered);
            }
        }

        @Override
        public void close() {
            terminal.close();
        }
    }

    /** @param steps where the run ends; 0 if nobody knows */
    TrainingBar(long steps) {
        this.steps = steps;
    }

    @Override
    public void began(long step, long pairs) {
        bar = new ProgressBarBuilder()
                .setConsumer(line)
                .continuousUpdate()
                .setTaskName("train")
                .setUnit(" steps", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REFRESH_MILLIS)
                .setInitialMax(steps > 0 ? steps : NO_END)
                .build();
        bar.stepTo(step);
        say(WAITING);
    }

    @Override
    public void trained(StepReport report) {
        bar.stepTo(report.step());
        line.changed = true;
        show(report);
    }

    @Override
    public void waiting(StepReport report) {
        if (Double.isFinite(report.loss())) {
            show(report);
        } else {
            say(WAITING);
        }
    }

    @Override
    public void computing(Computing step) {
        say((Double.isFinite(loss) ? String.format(Locale.ROOT, " loss %.3f, ", loss) : " ") + step.words());
    }

    private void say(String message) {
        if (!message.equals(bar.getExtraMessage())) {
            bar.setExtraMessage(message);
            line.changed = true;
        }
    }

    private void show(StepReport report) {
        loss = report.loss();
        say(" " + report.words());
    }

    @Override
    public void close() {
        if (bar != null) {
            line.changed = true;
            bar.close();
        }
    }
}
