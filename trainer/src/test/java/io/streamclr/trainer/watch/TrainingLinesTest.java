package io.streamclr.trainer.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.streamclr.trainer.watch.TrainingListener.Computing;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrainingLinesTest {

    private final StringWriter said = new StringWriter();
    private long now;

    @Test
    void aLogHearsOfTheFirstStepAndThenOnceAMinuteInWholeLines() {
        TrainingLines lines = new TrainingLines(5000, new PrintWriter(said), () -> now);

        for (int step = 1; step <= 130; step++) {
            lines.trained(report(step));
            now += Duration.ofSeconds(1).toNanos();
        }

        assertThat(said.toString().lines())
                .containsExactly(
                        "train: step 1 of 5,000, loss 1.500, 800 pairs/s, waiting 25 %",
                        "train: step 61 of 5,000, loss 1.500, 800 pairs/s, waiting 25 %",
                        "train: step 121 of 5,000, loss 1.500, 800 pairs/s, waiting 25 %");
        assertThat(said.toString()).doesNotContain("\r");
    }

    @Test
    void whatBeginsIsSaidAtOnceAndAStreamThatTricklesFillsNoLog() {
        TrainingLines lines = new TrainingLines(0, new PrintWriter(said), () -> now);

        lines.computing(new Computing(1, 0, Double.NaN));
        lines.computing(new Computing(1, 0.5, 40));
        lines.computing(new Computing(1, 0.75, 41));
        lines.trained(report(1));
        for (int step = 1; step <= 30; step++) {
            lines.waiting(report(step));
            lines.trained(report(step + 1));
        }

        assertThat(said.toString().lines())
                .containsExactly(
                        "train: computing step 1",
                        "train: computing step 1, about 40 s a step",
                        "train: step 1, loss 1.500, 800 pairs/s, waiting 25 %",
                        "train: waiting for views after step 1");
    }

    private static StepReport report(long step) {
        return new StepReport(step, 1.5, 0.001, 128 * step, 800, 0.25, 0.1);
    }
}
