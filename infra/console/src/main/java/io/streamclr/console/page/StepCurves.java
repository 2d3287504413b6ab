package io.streamclr.console.page;

import io.streamclr.schemas.FileFault;
import io.streamclr.trainer.record.FigureLines;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
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
    private static final Set<String> DRAWN = Set.of(
            "loss",
            "learning_rate",
            "pairs_per_second",
            "waiting_share",
            "processor_cores",
            "memory_bytes",
            "card_memory_bytes");

    private final Path records;
    private final History history;
    private Checkpoints checkpoints;
    /** Which file was read, and how many bytes of it. */
    private Object identity;

    private long seen;
    private Map<String, Double> newest = Map.of();
    private long newestStep;
    private long usedStep;

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
        read(0, step);
    }

    /** Draws what was recorded of these steps, the first and the last included. */
    void read(long from, long to) {
        reading(() -> FigureLines.read(records, (step, figures) -> {
            if (step >= from && step <= to) {
                draw(step, figures);
            }
        }));
    }

    /**
     * Draws what was recorded since the last call, and everything where a trainer has begun another file.
     *
     * @param saved the run's checkpoints now; is given what is known of them
     */
    void follow(Checkpoints saved) {
        checkpoints.scoresInto(saved);
        checkpoints = saved;
        Object now = identityOfFile();
        if (!now.equals(identity) || records.toFile().length() < seen) {
            identity = now;
            seen = 0;
        }
        reading(() -> seen = FigureLines.readOn(records, seen, (step, figures) -> {
            if (figures.containsKey("loss")) {
                newest = Map.copyOf(figures);
                newestStep = step;
            }
            draw(step, figures);
        }));
    }

    /** When the records were last written to, in seconds since 1970; 0 where there are none. */
    long writtenAt() {
        return records.toFile().lastModified() / 1000;
    }

    /** The newest step that {@link #follow} has read of; 0 before the first. */
    long newestStep() {
        return newestStep;
    }

    /** The figures of the newest step that {@link #follow} has read of. */
    Map<String, Double> newest() {
        return newest;
    }

    private Object identityOfFile() {
        try {
            Object key =
                    Files.readAttributes(records, BasicFileAttributes.class).fileKey();
            return key == null ? records : key;
        } catch (IOException noFile) {
            return records;
        }
    }

    private void draw(long step, Map<String, Double> figures) {
        if (figures.containsKey("loss")) {
            figures.keySet().retainAll(DRAWN);
            figures.forEach((name, value) -> history.add("step/" + name, step, value));
        } else {
            figures.keySet().removeIf(name -> name.contains("/")); // of one class: for the records alone
            measured(step, figures);
        }
    }

    private interface Reading {

        void run() throws IOException;
    }

    private void reading(Reading work) {
        if (!Files.exists(records)) {
            return;
        }
        try {
            work.run();
        } catch (IOException unreadable) {
            LOG.warn(
                    "curves begin anew, because records cannot be read file={} reason={}",
                    records,
                    FileFault.of(unreadable));
        }
    }

    /** What the process takes of the machine, after a step; without effect for one that was seen before. */
    void used(long step, Map<String, Double> use) {
        // The same place again would have every viewer sent all curves.
        if (step != usedStep) {
            usedStep = step;
            use.forEach((name, value) -> history.add("step/" + name, step, value));
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
