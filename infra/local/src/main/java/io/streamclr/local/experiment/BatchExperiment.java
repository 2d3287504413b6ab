package io.streamclr.local.experiment;

import io.streamclr.console.chart.ChartFolder;
import io.streamclr.console.chart.Curves;
import io.streamclr.console.chart.Curves.Curve;
import io.streamclr.console.chart.Curves.Point;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The paper's figure 9 and table B.1: batch sizes by lengths of training, with two rules for the learning rate; and what
 * helps small batches. Both rules give one rate at 128 pairs.
 */
final class BatchExperiment implements Experiment {

    private static final String SETTING = "setting";
    private static final String BATCH = "batch";
    private static final String LENGTH = "length";

    private static final String ROOT = "--learning-rate 0.00035355 --scaling sqrt";
    private static final String LINEAR = "--learning-rate 0.008 --scaling linear";

    /** Lengths of training by how many halves of the usual one they have. */
    private static final Map<Integer, String> LENGTHS = Map.of(1, "half", 2, "whole", 4, "double");

    /** Few enough for every batch to hold several views of one image. */
    private static final int FEW_IMAGES = 256;

    private final List<PlannedRun> runs = new ArrayList<>();

    @Override
    public String name() {
        return "batch";
    }

    @Override
    public List<PlannedRun> runs(ExperimentSettings wishes, Path folder) {
        runs.clear();
        for (int batch : new int[] {32, 64, 128, 256, 512}) {
            add("root", batch, 1, ROOT, wishes.images(), wishes);
            add("root", batch, 2, ROOT, wishes.images(), wishes);
        }
        for (int batch : new int[] {32, 128, 512}) {
            add("root", batch, 4, ROOT, wishes.images(), wishes);
        }
        for (int batch : new int[] {32, 512}) {
            add("linear", batch, 1, LINEAR, wishes.images(), wishes);
            add("linear", batch, 2, LINEAR, wishes.images(), wishes);
        }
        for (int batch : new int[] {32, 128}) {
            add("dcl", batch, 2, ROOT + " --loss dcl", wishes.images(), wishes);
            add("near-masked", batch, 2, ROOT + " --mask-near-duplicates 0.9", wishes.images(), wishes);
        }
        int few = Math.min(FEW_IMAGES, wishes.images());
        add("few-masked", 128, 1, ROOT, few, wishes);
        add("few-unmasked", 128, 1, ROOT + " --same-image negative", few, wishes);
        return List.copyOf(runs);
    }

    /** @param halves of the usual length */
    private void add(String setting, int batch, int halves, String training, int images, ExperimentSettings wishes) {
        Map<String, String> at = new LinkedHashMap<>();
        at.put(SETTING, setting);
        at.put(BATCH, Integer.toString(batch));
        at.put(LENGTH, LENGTHS.get(halves));
        runs.add(new PlannedRun(
                setting + "-" + batch + "-" + at.get(LENGTH),
                at,
                "grey",
                images,
                wishes.pairs() * halves / 2,
                UsualTraining.network(batch) + " " + training + " " + UsualTraining.head(2, 128),
                List.of(TrialMetric.LINEAR_H, TrialMetric.KNN_H)));
    }

    @Override
    public void draw(Outcome outcome, ChartFolder charts) {
        Map<String, List<Point>> curves = new LinkedHashMap<>();
        for (PlannedRun run : outcome.runs()) {
            outcome.figure(run, TrialMetric.LINEAR_H).ifPresent(figure -> curves.computeIfAbsent(
                            run.at().get(SETTING) + ", " + run.at().get(LENGTH) + " length", name -> new ArrayList<>())
                    .add(new Point(
                            Double.parseDouble(run.at().get(BATCH)), 100 * figure.mean(), 100 * figure.deviation())));
        }
        if (!curves.isEmpty()) {
            charts.write(
                    name(),
                    new Curves(
                            "Batch size and length of training",
                            "pairs in a batch",
                            "linear accuracy on h, %",
                            Curves.Scale.LOGARITHMIC,
                            curves.entrySet().stream()
                                    .map(curve -> new Curve(curve.getKey(), curve.getValue()))
                                    .toList()));
        }
    }
}
