package io.streamclr.local.experiment;

import io.streamclr.console.chart.ChartFolder;
import io.streamclr.console.chart.HeatMap;
import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The paper's table 8, between two data sets: what encoders of each know about both, self-supervised and trained with
 * labels.
 */
final class TransferExperiment implements Experiment {

    /** Its own option: other labelled images to learn from. */
    static final String OTHER = "other";

    /** Its own option: other labelled images to measure on. */
    static final String OTHER_TEST = "other-test";

    private static final String LEARNED_FROM = "learned from";
    private static final String LEARNING = "learning";

    private static final List<TrialMetric> MEASURES =
            List.of(TrialMetric.LINEAR_H, TrialMetric.KNN_H, TrialMetric.OTHER_LINEAR_H, TrialMetric.OTHER_KNN_H);

    @Override
    public String name() {
        return "transfer";
    }

    /** All views have the size that suits the first data set, for every encoder is measured on both. */
    @Override
    public List<PlannedRun> runs(ExperimentSettings settings, BaseRecipe base, Path folder) {
        String other = settings.own(OTHER).orElseThrow(TransferExperiment::withoutOther);
        BaseRecipe otherBase = BaseRecipe.of(Path.of(other)).at(base.side());
        List<PlannedRun> runs = new ArrayList<>();
        add("first", settings.data(), "", base, settings, runs);
        add(OTHER, other, other, otherBase, settings, runs);
        return runs;
    }

    /** What is said where the other data set is missing. */
    static RefusalException withoutOther() {
        return RefusalException.ofUsage(
                "A transfer is from one data set to another; give them with --other and --other-test");
    }

    private static void add(
            String name,
            String place,
            String data,
            BaseRecipe base,
            ExperimentSettings settings,
            List<PlannedRun> runs) {
        runs.add(new PlannedRun(
                name + "-self-supervised",
                columns(name, place, "self-supervised"),
                base.text(),
                settings.images(),
                settings.pairs(),
                UsualTraining.of(UsualTraining.BATCH),
                MEASURES,
                data));
        runs.add(new PlannedRun(
                name + "-supervised",
                columns(name, place, "supervised"),
                base.text(),
                settings.images(),
                settings.pairs(),
                UsualTraining.supervised(),
                MEASURES,
                data,
                true));
    }

    private static Map<String, String> columns(String name, String place, String learning) {
        Map<String, String> at = new LinkedHashMap<>();
        at.put(LEARNED_FROM, name + ": " + Path.of(place).getFileName());
        at.put(LEARNING, learning);
        return at;
    }

    @Override
    public void draw(Outcome outcome, ChartFolder charts) {
        List<String> rows = new ArrayList<>();
        List<List<Double>> cells = new ArrayList<>();
        for (Result floor : outcome.floors()) {
            rows.add(floor.run());
            cells.add(percents(measure -> floor.figures().getOrDefault(measure, Double.NaN)));
        }
        for (PlannedRun run : outcome.runs()) {
            if (outcome.figure(run, TrialMetric.LINEAR_H).isPresent()) {
                rows.add(run.at().get(LEARNING) + ", " + run.at().get(LEARNED_FROM));
                cells.add(percents(measure -> outcome.figure(run, measure)
                        .map(figure -> figure.mean())
                        .orElse(Double.NaN)));
            }
        }
        if (!rows.isEmpty()) {
            charts.write(
                    name(),
                    new HeatMap(
                            "Linear accuracy on two data sets, %",
                            "measured on", "encoder", List.of("first", OTHER), rows, cells, 1));
        }
    }

    private static List<Double> percents(Function<TrialMetric, Double> figures) {
        return List.of(100 * figures.apply(TrialMetric.LINEAR_H), 100 * figures.apply(TrialMetric.OTHER_LINEAR_H));
    }
}
