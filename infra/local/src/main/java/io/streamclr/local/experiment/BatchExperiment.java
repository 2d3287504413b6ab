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
 * helps small batches. Both rules give one rate at 128 pairs. With lengths in passes over the images, as the paper counts
 * them, it is figure 9 alone.
 */
final class BatchExperiment implements Experiment {

    /** Its own option: lengths of training in passes over the images, separated by commas. */
    static final String PASSES = "passes";

    private static final int MOST_PASSES = 10_000;

    private static final String SETTING = "setting";
    private static final String BATCH = "batch";
    private static final String LENGTH = "length";

    private static final int[] BATCHES = {32, 64, 128, 256, 512};

    /** Lengths of training by how many halves of the usual one they have. */
    private static final Map<Integer, String> LENGTHS = Map.of(1, "half", 2, "whole", 4, "double");

    /** Few enough for every batch to hold several views of one image. */
    private static final int FEW_IMAGES = 256;

    private final List<PlannedRun> runs = new ArrayList<>();
    private String recipe = "";

    @Override
    public String name() {
        return "batch";
    }

    @Override
    public List<PlannedRun> runs(ExperimentSettings settings, BaseRecipe base, Path folder) {
        runs.clear();
        recipe = base.text();
        if (settings.own(PASSES).isPresent()) {
            for (int batch : BATCHES) {
                settings.numbers(PASSES, List.of(), 1, MOST_PASSES).forEach(passes -> add(batch, passes, settings));
            }
            return List.copyOf(runs);
        }
        for (int batch : BATCHES) {
            add("root", batch, 1, UsualTraining.ROOT, settings.images(), settings);
            add("root", batch, 2, UsualTraining.ROOT, settings.images(), settings);
        }
        for (int batch : new int[] {32, 128, 512}) {
            add("root", batch, 4, UsualTraining.ROOT, settings.images(), settings);
        }
        for (int batch : new int[] {32, 512}) {
            add("linear", batch, 1, UsualTraining.LINEAR, settings.images(), settings);
            add("linear", batch, 2, UsualTraining.LINEAR, settings.images(), settings);
        }
        for (int batch : new int[] {32, 128}) {
            add("dcl", batch, 2, UsualTraining.ROOT + " --loss dcl", settings.images(), settings);
            add(
                    "near-masked",
                    batch,
                    2,
                    UsualTraining.ROOT + " --mask-near-duplicates 0.9",
                    settings.images(),
                    settings);
        }
        int few = Math.min(FEW_IMAGES, settings.images());
        add("few-masked", 128, 1, UsualTraining.ROOT, few, settings);
        add("few-unmasked", 128, 1, UsualTraining.ROOT + " --same-image negative", few, settings);
        return List.copyOf(runs);
    }

    private void add(int batch, int passes, ExperimentSettings settings) {
        String length = passes == 1 ? "1 pass" : passes + " passes";
        add("root", batch, length, UsualTraining.ROOT, settings.images(), (long) passes * settings.images());
    }

    /** @param halves of the usual length */
    private void add(String setting, int batch, int halves, String training, int images, ExperimentSettings settings) {
        add(setting, batch, LENGTHS.get(halves), training, images, settings.pairs() * halves / 2);
    }

    private void add(String setting, int batch, String length, String training, int images, long pairs) {
        Map<String, String> at = new LinkedHashMap<>();
        at.put(SETTING, setting);
        at.put(BATCH, Integer.toString(batch));
        at.put(LENGTH, length);
        runs.add(new PlannedRun(
                setting + "-" + batch + "-" + length.replace(' ', '-'),
                at,
                recipe,
                images,
                pairs,
                UsualTraining.network(batch) + " " + training + " " + UsualTraining.head(2, 128),
                List.of(TrialMetric.LINEAR_H, TrialMetric.KNN_H)));
    }

    @Override
    public void draw(Outcome outcome, ChartFolder charts) {
        Map<String, List<Point>> curves = new LinkedHashMap<>();
        for (PlannedRun run : outcome.runs()) {
            outcome.figure(run, TrialMetric.LINEAR_H).ifPresent(figure -> curves.computeIfAbsent(
                            run.at().get(SETTING) + ", " + run.at().get(LENGTH)
                                    + (LENGTHS.containsValue(run.at().get(LENGTH)) ? " length" : ""),
                            name -> new ArrayList<>())
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
