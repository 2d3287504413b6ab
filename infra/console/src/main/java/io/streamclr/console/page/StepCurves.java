package io.streamclr.console.page;

import io.streamclr.trainer.record.FigureLines;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The curves over a run's steps: what the run reports as it goes on, after what its records beside the checkpoints say
 * of earlier starts. For one thread at a time.
 */
final class StepCurves {

    private static final Logger LOG = LoggerFactory.getLogger(StepCurves.class);

    /** Figures of a step that are drawn, as the records name them. */
    private static final Set<String> DRAWN = Set.of("loss", "learning_rate", "pairs_per_second", "waiting_share");

    private final Path records;
    private final History history;
    private final Checkpoints checkpoints;

    /** @param run folder of the run; need not exist */
    StepCurves(Path run, History history, Checkpoints checkpoints) {
        this.records = run.resolve(FigureLines.FILE);
        this.history = history;
        this.checkpoints = checkpoints;
    }

    /**
     * Draws what was recorded before this start. Without readable records the curves begin here.
     *
     * @param step the last that counts: those after it are trained again
     */
    void recall(long step) {
        if (!Files.exists(records)) {
            return;
        }
        try {
            FigureLines.read(records, (recorded, figures) -> {
                if (recorded > step) {
                    return;
                }
                if (figures.containsKey("loss")) {
                    figures.keySet().retainAll(DRAWN);
                    figures.forEach((name, value) -> history.add("step/" + name, recorded, value));
                } else {
                    figures.keySet().removeIf(name -> name.contains("/")); // of one class: for the records alone
                    measured(recorded, figures);
                }
            });
        } catch (IOException unreadable) {
            LOG.warn(
                    "curves begin anew, because records cannot be read file={} reason={}",
                    records,
                    unreadable.toString());
        }
    }

    void trained(StepReport report) {
        history.add("step/loss", report.step(), report.loss());
        history.add("step/learning_rate", report.step(), report.rate());
        history.add("step/pairs_per_second", report.step(), report.pairsPerSecond());
        history.add("step/waiting_share", report.step(), report.waitingShare());
    }

    void measured(long step, Map<String, Double> gauges) {
        gauges.forEach((name, value) -> history.add("gauge/" + name, step, value));
        checkpoints.measured(step, gauges);
    }
}
