package io.streamclr.local.experiment;

import io.streamclr.console.chart.ChartFolder;
import io.streamclr.console.chart.Curves;
import io.streamclr.console.chart.Curves.Curve;
import io.streamclr.console.chart.Curves.Point;
import io.streamclr.console.chart.HeatMap;
import io.streamclr.console.probe.Spread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The paper's figure 8 and table 3: heads of several kinds and output sizes, probed on h and on z; and what h still
 * knows and z has forgotten.
 */
final class HeadExperiment implements Experiment {

    private static final String HEAD = "head";
    private static final String OUTPUT = "output";
    private static final String RECIPE = "recipe";
    /** As in the paper's table, where encoders are trained to see no difference that is then asked about. */
    private static final String TURNED = ",rotation.p=0.75";

    private static final List<String> KINDS = List.of("none", "linear", "nonlinear");
    private static final int[] OUTPUTS = {8, 32, 128};
    /** As many as h has dimensions, which is what z has without a head. */
    private static final int ALL_OUTPUTS = 128;

    private static final List<TrialMetric> MEASURES = List.of(
            TrialMetric.LINEAR_H,
            TrialMetric.LINEAR_Z,
            TrialMetric.KNN_H,
            TrialMetric.KNN_Z,
            TrialMetric.ROTATION_H,
            TrialMetric.ROTATION_Z,
            TrialMetric.CROP_H,
            TrialMetric.CROP_Z);

    @Override
    public String name() {
        return "head";
    }

    @Override
    public List<PlannedRun> runs(ExperimentSettings settings, BaseRecipe base, Path folder) {
        List<PlannedRun> runs = new ArrayList<>();
        runs.add(run(0, ALL_OUTPUTS, base.text(), settings));
        for (int layers = 1; layers <= 2; layers++) {
            for (int output : OUTPUTS) {
                runs.add(run(layers, output, base.text(), settings));
            }
        }
        for (int layers = 0; layers <= 2; layers++) {
            runs.add(run(layers, ALL_OUTPUTS, base.text() + TURNED, settings));
        }
        return runs;
    }

    private static PlannedRun run(int layers, int output, String recipe, ExperimentSettings settings) {
        Map<String, String> at = new LinkedHashMap<>();
        at.put(HEAD, KINDS.get(layers));
        at.put(OUTPUT, Integer.toString(output));
        at.put(RECIPE, recipe);
        String name = KINDS.get(layers) + "-" + output + (recipe.endsWith(TURNED) ? "-turned" : "");
        return new PlannedRun(
                name, at, recipe, settings.images(), settings.pairs(), UsualTraining.headed(layers, output), MEASURES);
    }

    @Override
    public void draw(Outcome outcome, ChartFolder charts) {
        List<Curve> curves = new ArrayList<>();
        for (String kind : KINDS) {
            addCurve(kind + ", on h", points(outcome, kind, TrialMetric.LINEAR_H), curves);
        }
        for (String kind : KINDS.subList(1, KINDS.size())) { // without a head z is h
            addCurve(kind + ", on z", points(outcome, kind, TrialMetric.LINEAR_Z), curves);
        }
        if (!curves.isEmpty()) {
            charts.write(
                    name(),
                    new Curves(
                            "What the head is for",
                            "outputs of the head",
                            "linear accuracy, %",
                            Curves.Scale.LOGARITHMIC,
                            curves));
            charts.write("head-forgets", kept(outcome));
        }
    }

    private static void addCurve(String name, List<Point> points, List<Curve> curves) {
        if (!points.isEmpty()) {
            curves.add(new Curve(name, points));
        }
    }

    private static List<Point> points(Outcome outcome, String kind, TrialMetric measure) {
        List<Point> points = new ArrayList<>();
        for (PlannedRun run : outcome.runs()) {
            Optional<Spread> figure = outcome.figure(run, measure);
            if (figure.isPresent()
                    && kind.equals(run.at().get(HEAD))
                    && !run.at().getOrDefault(RECIPE, "").endsWith(TURNED)) {
                points.add(new Point(
                        Double.parseDouble(run.at().get(OUTPUT)),
                        100 * figure.get().mean(),
                        100 * figure.get().deviation()));
            }
        }
        return points;
    }

    private static HeatMap kept(Outcome outcome) {
        List<PlannedRun> done = outcome.runs().stream()
                .filter(run -> outcome.figure(run, TrialMetric.LINEAR_H).isPresent())
                .toList();
        List<TrialMetric> measures = List.of(
                TrialMetric.LINEAR_H,
                TrialMetric.LINEAR_Z,
                TrialMetric.ROTATION_H,
                TrialMetric.ROTATION_Z,
                TrialMetric.CROP_H,
                TrialMetric.CROP_Z);
        List<List<Double>> cells = done.stream()
                .map(run -> measures.stream()
                        .map(measure -> outcome.figure(run, measure)
                                .map(figure -> 100 * figure.mean())
                                .orElse(Double.NaN))
                        .toList())
                .toList();
        return new HeatMap(
                "What h keeps and z forgets: linear accuracy, %",
                "by a linear probe",
                "head",
                measures.stream().map(TrialMetric::toString).toList(),
                done.stream().map(PlannedRun::name).toList(),
                cells,
                1);
    }
}
