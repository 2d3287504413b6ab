package io.streamclr.local.experiment;

import io.streamclr.augment.view.Recipe;
import io.streamclr.console.chart.ChartFolder;
import io.streamclr.console.chart.HeatMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The paper's figure 5: single operations and pairs of them, by linear probe; and its figure 6. Both views are rendered alike
 * here, where the paper changes one of two crops, because these images have one size and need no crop.
 */
final class AugmentationsExperiment implements Experiment {

    /** Its own option: which operations, separated by commas; all that change the images if it is not given. */
    static final String OPERATIONS = "operations";

    private static final String FIRST = "first";
    private static final String SECOND = "second";

    @Override
    public String name() {
        return "augmentations";
    }

    /** A pair that is no other recipe than a run before, such as jitter with the half of it, is left out. */
    @Override
    public List<PlannedRun> runs(ExperimentSettings settings, BaseRecipe base, Path folder) {
        List<String> usual =
                ViewOperation.of(base).stream().map(ViewOperation::word).toList();
        List<ViewOperation> operations = ViewOperation.named(settings.listed(OPERATIONS, usual), base);
        Set<Recipe> known = new HashSet<>();
        for (ViewOperation alone : operations) {
            known.add(Recipe.parse(ViewOperation.recipe(base, List.of(alone))));
        }
        List<PlannedRun> runs = new ArrayList<>();
        for (int first = 0; first < operations.size(); first++) {
            runs.add(run(operations.get(first), operations.get(first), base, settings));
            for (int second = first + 1; second < operations.size(); second++) {
                PlannedRun pair = run(operations.get(first), operations.get(second), base, settings);
                if (known.add(Recipe.parse(pair.recipe()))) {
                    runs.add(pair);
                }
            }
        }
        return runs;
    }

    private static PlannedRun run(
            ViewOperation first, ViewOperation second, BaseRecipe base, ExperimentSettings settings) {
        boolean alone = first == second;
        return new PlannedRun(
                alone ? first.word() : first.word() + "-" + second.word(),
                columns(first.word(), second.word()),
                ViewOperation.recipe(base, alone ? List.of(first) : List.of(first, second)),
                settings.images(),
                settings.pairs(),
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
    public Optional<String> illustrate(ExperimentPlan plan, ChartFolder charts) {
        Path data = Path.of(plan.settings().data());
        ColourHistograms colours = ColourHistograms.of(data, BaseRecipe.of(data));
        for (int image = 0; image < colours.charts().size(); image++) {
            charts.write(name() + "-colours-" + (image + 1), colours.charts().get(image));
        }
        return Optional.of(colours.sentence());
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
