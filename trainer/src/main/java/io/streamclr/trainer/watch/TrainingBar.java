package io.streamclr.trainer.watch;

import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** The line on the terminal that shows how a training goes, from when it begins. */
public final class TrainingBar implements TrainingListener, AutoCloseable {

    private static final int REFRESH_MILLIS = 500;
    /** The progress bar's own sign for an end that is not known. */
    private static final long NO_END = -1;

    private static final String WAITING = " waiting for views";

    private final long steps;
    private ProgressBar bar;
    private double loss = Double.NaN;

    /** @param steps where the run ends; 0 if nobody knows */
    public TrainingBar(long steps) {
        this.steps = steps;
    }

    @Override
    public void began(long step, long pairs) {
        bar = new ProgressBarBuilder()
                // The library's own look at the terminal would take Ctrl-C away from the shutdown hooks.
                .setConsumer(new ConsoleProgressBarConsumer(System.err, Integer.getInteger("streamclr.columns", 100)))
                .setTaskName("train")
                .setUnit(" steps", 1)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(REFRESH_MILLIS)
                .setInitialMax(steps > 0 ? steps : NO_END)
                .build();
        bar.stepTo(step);
        bar.setExtraMessage(WAITING);
    }

    @Override
    public void trained(StepReport report) {
        bar.stepTo(report.step());
        show(report);
    }

    @Override
    public void waiting(StepReport report) {
        if (Double.isFinite(report.loss())) {
            show(report);
        } else {
            bar.setExtraMessage(WAITING);
        }
    }

    @Override
    public void computing(Computing step) {
        bar.setExtraMessage(
                (Double.isFinite(loss) ? String.format(Locale.ROOT, " loss %.3f, ", loss) : " ") + step.words());
    }

    private void show(StepReport report) {
        loss = report.loss();
        bar.setExtraMessage(String.format(
                Locale.ROOT,
                " loss %.3f %.0f pairs/s, waiting %.0f %%",
                report.loss(),
                report.pairsPerSecond(),
                100 * report.waitingShare()));
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
        }
    }
}
