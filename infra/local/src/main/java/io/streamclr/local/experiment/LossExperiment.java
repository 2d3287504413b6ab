package io.streamclr.local.experiment;

import io.streamclr.console.chart.ChartFolder;
import io.streamclr.console.chart.HeatMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The paper's table 5, NT-Xent at several temperatures, with contrastive accuracy beside linear accuracy; and the losses
 * that came after it, at the temperatures of short and of long runs. NT-Xent without normalised embeddings, which that
 * table has too, is not trained: the loss is computed from cosines, whose bounds its precision relies on.
 */
final class LossExperiment implements Experiment {

    private static final String LOSS = "loss";
    private static final String TEMPERATURE = "temperature";

    private static final List<TrialMetric> MEASURES =
            List.of(TrialMetric.LINEAR_H, TrialMetric.KNN_H, TrialMetric.CONTRASTIVE_Z);

    /** Options of each loss but NT-Xent. */
    private static final Map<String, String> OTHERS = others();

    private static Map<String, String> others() {
        Map<String, String> others = new LinkedHashMap<>();
        others.put("dcl", "--loss dcl");
        others.put("debiased", "--loss debiased --tau-plus 0.1");
        others.put("hard-negative", "--loss hard-negative --tau-plus 0.1 --beta 1");
        others.put(
                "fn-elimination",
                "--loss fn-elimination --false-negatives 10 --false-negative-cosine 0.7 --support max");
        others.put("near-masked", "--mask-near-duplicates 0.9");
        return others;
    }

    @Override
    public String name() {
        return "loss";
    }

    @Override
    public List<PlannedRun> runs(ExperimentSettings settings, BaseRecipe base, Path folder) {
        List<PlannedRun> runs = new ArrayList<>();
        for (String temperature : List.of("0.05", "0.1", "0.5", "1")) {
            runs.add(run("nt-xent", "", temperature, settings, base));
        }
        OTHERS.forEach((loss, options) -> {
            for (String temperature : List.of("0.1", "0.5")) {
                runs.add(run(loss, " " + options, temperature, settings, base));
            }
        });
        return runs;
    }

    private static PlannedRun run(
            String loss, String options, String temperature, ExperimentSettings settings, BaseRecipe base) {
        Map<String, String> at = new LinkedHashMap<>();
        at.put(LOSS, loss);
        at.put(TEMPERATURE, temperature);
        return new PlannedRun(
                loss + "-" + temperature,
                at,
                base.text(),
                settings.images(),
                settings.pairs(),
                UsualTraining.at(temperature) + options,
                MEASURES);
    }

    @Override
    public void draw(Outcome outcome, ChartFolder charts) {
        List<PlannedRun> done = outcome.runs().stream()
                .filter(run -> outcome.figure(run, TrialMetric.LINEAR_H).isPresent())
                .toList();
        if (done.isEmpty()) {
            return;
        }
        List<List<Double>> cells = done.stream()
                .map(run -> MEASURES.stream()
                        .map(measure -> outcome.figure(run, measure)
                                .map(figure -> 100 * figure.mean())
                                .orElse(Double.NaN))
                        .toList())
                .toList();
        charts.write(
                name(),
                new HeatMap(
                        "Accuracy by loss and temperature, %",
                        "measure",
                        "loss",
                        MEASURES.stream().map(TrialMetric::word).toList(),
                        done.stream()
                                .map(run -> run.at().get(LOSS) + ", " + run.at().get(TEMPERATURE))
                                .toList(),
                        cells,
                        1));
    }
}
