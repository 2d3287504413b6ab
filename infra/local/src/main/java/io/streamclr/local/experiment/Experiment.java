package io.streamclr.local.experiment;

import io.streamclr.console.chart.ChartFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** One question, the runs that answer it, and the charts that show the answer. */
public interface Experiment {

    /** A word; the experiment's folder and its charts are called so. */
    String name();

    /**
     * The runs of a plan that nobody has changed.
     *
     * @param base that suits the images to learn from
     * @param folder of the experiment, which is there; for images that are made for it
     */
    List<PlannedRun> runs(ExperimentSettings settings, BaseRecipe base, Path folder);

    /**
     * Draws what needs no run, before the first.
     *
     * @return what it shows, in a sentence; empty if there is nothing of that kind
     */
    default Optional<String> illustrate(ExperimentPlan plan, ChartFolder charts) {
        return Optional.empty();
    }

    /** Draws what is there; runs that are missing are left out. */
    void draw(Outcome outcome, ChartFolder charts);
}
