package io.streamclr.local.experiment;

import io.streamclr.console.chart.ChartFolder;
import io.streamclr.console.chart.HeatMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The paper's figure 5: single operations and pairs of them, by linear probe. Both views are drawn alike here, where the
 * paper changes one of two crops, because these images have one size and need no crop.
 */
final class AugmentationsExperiment implements Experiment {

    private static final String FIRST = "first";
    private static final String SECOND = "second";

    /** What brings each operation into a recipe that has none. */
    private static final Map<String, String> OPERATIONS = operations();

    private static Map<String, String> operations() {
        Map<String, String> operations = new LinkedHashMap<>();
        operations.put("crop", "crop.area-min=0.2,crop.ratio-min=0.75,crop.ratio-max=1.333333333");
        operations.put("flip", "flip.p=0.5");
        operations.put("jitter", "jitter.p=0.8,jitter.brightness=0.9,jitter.contrast=0.9");
        operations.put("blur", "blur.p=0.5,blur.kernel=0.25");
        operations.put("cutout", "cutout.p=1");
        operations.put("rotation", "rotation.p=0.75");
        operations.put("solarize", "solarize.p=0.5");
        return operations;
    }

    @Override
    public String name() {
        return "augmentations";
    }

    @Override
    public List<PlannedRun> runs(ExperimentSettings wishes, Path folder) {
        List<String> names = List.copyOf(OPERATIONS.keySet());
        List<PlannedRun> runs = new ArrayList<>();
        for (int first = 0; first < names.size(); first++) {
            for (int second = first; second < names.size(); second++) {
                runs.add(run(names.get(first), names.get(second), wishes));
            }
        }
        return runs;
    }

    private static PlannedRun run(String first, String second, ExperimentSettings wishes) {
        boolean alone = first.equals(second);
        String recipe = "grey,crop=off,flip=off,jitter=off," + OPERATIONS.get(first)
                + (alone ? "" : "," + OPERATIONS.get(second));
        return new PlannedRun(
                alone ? first : first + "-" + second,
                columns(first, second),
                recipe,
                wishes.images(),
                wishes.pairs(),
                UsualTraining.of(128),
                List.of(TrialMetric.LINEAR_H, TrialMetric.KNN_H));
    }

    private static Map<String, String> columns(String first, String second) {
        Map<String, String> at = new LinkedHashMap<>();
        at.put(FIRST, first);
        at.put(SECOND, second);
        return at;
    }

    @Override
    public void draw(Outcome outcome, ChartFolder charts) {
        Map<Map<String, String>, Double> known = new LinkedHashMap<>();
        for (PlannedRun run : outcome.runs()) {
            outcome.figure(run, TrialMetric.LINEAR_H).ifPresent(figure -> {
                String first = run.at().getOrDefault(FIRST, "");
                String second = run.at().getOrDefault(SECOND, "");
                known.put(columns(first, second), 100 * figure.mean());
                known.put(columns(second, first), 100 * figure.mean());
            });
        }
        List<String> names =
                known.keySet().stream().map(at -> at.get(FIRST)).distinct().collect(Collectors.toList());
        if (names.isEmpty()) {
            return;
        }
        List<List<Double>> cells = names.stream()
                .map(first -> names.stream()
                        .map(second -> known.getOrDefault(columns(first, second), Double.NaN))
                        .toList())
                .toList();
        charts.write(
                name(),
                new HeatMap(
                        "Linear accuracy on h, in %, by the operations of the views",
                        "and", "operation", names, names, cells, 1));
    }
}
