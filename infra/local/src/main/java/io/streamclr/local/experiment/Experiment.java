package io.streamclr.local.experiment;

import io.streamclr.console.chart.ChartFolder;
import java.nio.file.Path;
import java.util.List;

/** One question, the runs that answer it, and the charts that show the answer. */
public interface Experiment {

    /** A word; the experiment's folder and its charts are called so. */
    String name();

    /**
     * The runs of a plan that nobody has changed.
     *
     * @param folder of the experiment, which is there; for images that are made for it
     */
    List<PlannedRun> runs(ExperimentSettings wishes, Path folder);

    /** Draws what is there; runs that are missing are left out. */
    void draw(Outcome outcome, ChartFolder charts);
}
