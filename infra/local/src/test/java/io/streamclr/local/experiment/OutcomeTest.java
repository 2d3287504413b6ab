package io.streamclr.local.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.console.chart.ChartFolder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutcomeTest {

    private static final ExperimentSettings SETTINGS =
            new ExperimentSettings("train.idx", "test.idx", 1_000, 2, 300, 300, 0);

    @TempDir
    private Path folder;

    @Test
    void theTableHasALineForEachFloorAndEachRunDoneOrNot() {
        ExperimentPlan plan = new ExperimentPlan("head", SETTINGS, "", List.of(run("some"), run("none")));
        Result floor = result("pixels", "raw pixels", 1, Map.of(TrialMetric.LINEAR_H, 0.8));
        List<Result> results = List.of(
                result("a", "some", 1, Map.of(TrialMetric.LINEAR_H, 0.81, TrialMetric.KNN_H, 0.7)),
                result("b", "some", 2, Map.of(TrialMetric.LINEAR_H, 0.83, TrialMetric.KNN_H, 0.7)));

        Outcome outcome = new Outcome(plan, List.of(floor), results);

        assertThat(outcome.text()).isEqualTo("""
                | kind       | pairs | seeds | linear-h  | knn-h     |
                | ---------- | ----- | ----- | --------- | --------- |
                | raw pixels |       |       | 80.0      |           |
                | some       | 1,000 | 2     | 82.0 ±1.4 | 70.0 ±0.0 |
                | none       | 1,000 | 0     |           |           |
                """);
        assertThat(outcome.missing()).isEqualTo(2);
        JsonNode json = outcome.json();
        assertThat(json.path("runs")
                        .get(0)
                        .path("figures")
                        .path("linear-h")
                        .path("mean")
                        .asDouble())
                .isCloseTo(0.82, within(1e-9));
        assertThat(json.path("runs").get(1).path("figures")).isEmpty();
        assertThat(json.path("floors").path("raw pixels").path("linear-h").asDouble())
                .isEqualTo(0.8);
    }

    @Test
    void everyFindingDrawsItsChartsFromWhateverIsDone() {
        for (Experiment experiment : List.of(
                new AugmentationsExperiment(),
                new HeadExperiment(),
                new BatchExperiment(),
                new NetworkExperiment(),
                new LossExperiment())) {
            Path charts = folder.resolve(experiment.name());
            ExperimentPlan plan = new ExperimentPlan(
                    experiment.name(), SETTINGS, "", experiment.runs(SETTINGS, BaseRecipe.GREY, folder));
            List<Result> results = new ArrayList<>();
            plan.trials().stream().limit(3).forEach(trial -> {
                Map<TrialMetric, Double> figures = new EnumMap<>(TrialMetric.class);
                trial.run().measures().forEach(measure -> figures.put(measure, 0.5 + 0.001 * figures.size()));
                results.add(result(trial.id(), trial.run().name(), trial.seed(), figures));
            });

            experiment.draw(new Outcome(plan, List.of(), List.of()), ChartFolder.at(charts));
            assertThat(charts).isEmptyDirectory();
            experiment.draw(new Outcome(plan, List.of(), results), ChartFolder.at(charts));

            assertThat(charts.resolve(experiment.name() + ".png")).isNotEmptyFile();
            assertThat(charts.resolve(experiment.name() + ".svg")).content().contains("50.0");
        }
    }

    private static PlannedRun run(String name) {
        return new PlannedRun(
                name, Map.of("kind", name), "grey", 300, 1_000, "", List.of(TrialMetric.KNN_H, TrialMetric.LINEAR_H));
    }

    private static Result result(String id, String run, long seed, Map<TrialMetric, Double> figures) {
        return new Result(id, run, seed, 10, 1_000, 1.5, figures, "");
    }
}
