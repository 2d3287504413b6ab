package io.streamclr.local.experiment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.streamclr.console.probe.Spread;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What an experiment came to, as far as it is done. */
public final class Outcome {

    private final ExperimentPlan plan;
    private final List<Result> floors;
    private final List<Result> results;
    private final List<TrialMetric> measures;

    /**
     * @param floors what looks at images without having learned
     * @param results of trials of the plan
     */
    Outcome(ExperimentPlan plan, List<Result> floors, List<Result> results) {
        this.plan = plan;
        this.floors = List.copyOf(floors);
        this.results = List.copyOf(results);
        this.measures = plan.measures();
    }

    /** The runs, in the plan's order. */
    public List<PlannedRun> runs() {
        return plan.runs();
    }

    /** What looks at images without having learned. */
    List<Result> floors() {
        return floors;
    }

    /** A run's figure; empty while no seed of it is done. */
    public Optional<Spread> figure(PlannedRun run, TrialMetric measure) {
        return figure(
                results.stream()
                        .filter(result -> result.run().equals(run.name()))
                        .toList(),
                measure);
    }

    private static Optional<Spread> figure(List<Result> results, TrialMetric measure) {
        List<Double> values = results.stream()
                .filter(result -> result.figures().containsKey(measure))
                .map(result -> result.figures().get(measure))
                .toList();
        return values.isEmpty() ? Optional.empty() : Optional.of(Spread.of(values));
    }

    /** Trials that are not done yet. */
    public int missing() {
        return plan.trials().size() - results.size();
    }

    /** A Markdown table, in percent: a line for each baseline and each run; a figure with its spread over the seeds. */
    public String text() {
        List<String> columns = new ArrayList<>(plan.runs().get(0).at().keySet());
        columns.add("pairs");
        columns.add("seeds");
        measures.forEach(measure -> columns.add(measure.toString()));
        List<List<String>> rows = new ArrayList<>();
        for (Result floor : floors) {
            List<String> row = new ArrayList<>(List.of(floor.run()));
            while (row.size() < columns.size() - measures.size()) {
                row.add("");
            }
            measures.forEach(measure -> row.add(cell(figure(List.of(floor), measure))));
            rows.add(row);
        }
        for (PlannedRun run : plan.runs()) {
            List<String> row = new ArrayList<>(run.at().values());
            row.add(String.format(Locale.ROOT, "%,d", run.pairs()));
            row.add(Long.toString(seedsDone(run)));
            measures.forEach(measure -> row.add(cell(figure(run, measure))));
            rows.add(row);
        }
        return table(columns, rows);
    }

    private long seedsDone(PlannedRun run) {
        return results.stream()
                .filter(result -> result.run().equals(run.name()))
                .count();
    }

    private static String cell(Optional<Spread> figure) {
        return figure.map(some -> some.count() == 1
                        ? String.format(Locale.ROOT, "%.1f", 100 * some.mean())
                        : String.format(Locale.ROOT, "%.1f ±%.1f", 100 * some.mean(), 100 * some.deviation()))
                .orElse("");
    }

    private static String table(List<String> columns, List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        List<Integer> widths = new ArrayList<>();
        for (int column = 0; column < columns.size(); column++) {
            int here = column;
            widths.add(Math.max(
                    columns.get(column).length(),
                    rows.stream().mapToInt(row -> row.get(here).length()).max().orElse(0)));
        }
        line(text, columns, widths);
        text.append('|');
        widths.forEach(
                width -> text.append(' ').append("-".repeat(Math.max(3, width))).append(" |"));
        text.append('\n');
        rows.forEach(row -> line(text, row, widths));
        return text.toString();
    }

    private static void line(StringBuilder text, List<String> cells, List<Integer> widths) {
        text.append('|');
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            text.append(' ')
                    .append(cell)
                    .append(" ".repeat(Math.max(3, widths.get(column)) - cell.length()))
                    .append(" |");
        }
        text.append('\n');
    }

    /** The same for programs: shares in [0, 1]. */
    public ObjectNode json() {
        ObjectNode object = new ObjectMapper().createObjectNode();
        object.put("experiment", plan.experiment());
        object.put("scaled", plan.scaled());
        object.put("missing", missing());
        ObjectNode floor = object.putObject("floors");
        for (Result one : floors) {
            ObjectNode figures = floor.putObject(one.run());
            one.figures().forEach((measure, value) -> figures.put(measure.toString(), value));
        }
        for (PlannedRun run : plan.runs()) {
            ObjectNode row = object.withArray("runs").addObject();
            row.put("run", run.name());
            run.at().forEach(row.putObject("at")::put);
            row.put("pairs", run.pairs());
            row.put("seeds", seedsDone(run));
            ObjectNode figures = row.putObject("figures");
            measured(run).forEach((measure, figure) -> figures.putObject(measure.toString())
                    .put("mean", figure.mean())
                    .put("spread", figure.deviation()));
        }
        return object;
    }

    private Map<TrialMetric, Spread> measured(PlannedRun run) {
        Map<TrialMetric, Spread> figures = new LinkedHashMap<>();
        for (TrialMetric measure : measures) {
            figure(run, measure).ifPresent(figure -> figures.put(measure, figure));
        }
        return figures;
    }
}
