package io.streamclr.local.experiment;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * About how long the runs of a plan will take, each with every seed.
 *
 * @param lines a run each, in the plan's order
 * @param viewBytes of the views that lie on disk at a time, at most
 */
record Estimate(List<Line> lines, long viewBytes) {

    /**
     * One run.
     *
     * @param unit of {@code pairs}
     * @param trials how often it is done, once for each seed
     * @param seconds of all of them
     */
    record Line(String name, long pairs, String unit, int trials, double seconds) {}

    static Estimate of(ExperimentPlan plan, RunRates rates) {
        int seeds = plan.settings().seeds();
        List<Line> lines = plan.runs().stream()
                .map(run -> new Line(
                        run.name(),
                        run.pairs(),
                        run.supervised() ? "images" : "pairs",
                        seeds,
                        seeds * rates.of(run).seconds(run)))
                .toList();
        long viewBytes = plan.trials().stream()
                .filter(trial -> !trial.run().supervised())
                .mapToLong(Estimate::viewBytes)
                .max()
                .orElse(0);
        return new Estimate(lines, viewBytes);
    }

    /** Trials that share views read them one after the other, so these of the longest stand for all. */
    private static long viewBytes(Trial trial) {
        long side = trial.views().recipe().size();
        return trial.pairsRead() * 2 * 3 * side * side;
    }

    double seconds() {
        return lines.stream().mapToDouble(Line::seconds).sum();
    }

    String text() {
        int wide = lines.stream().mapToInt(line -> line.name().length()).max().orElse(0);
        StringBuilder text = new StringBuilder();
        for (Line line : lines) {
            text.append(String.format(
                    Locale.ROOT,
                    "%-" + wide + "s  %,10d %s  %d %s  about %s%n",
                    line.name(),
                    line.pairs(),
                    line.unit(),
                    line.trials(),
                    line.trials() == 1 ? "seed" : "seeds",
                    words(line.seconds())));
        }
        if (viewBytes > 0) {
            text.append(String.format(
                    Locale.ROOT, "Their views take up to %,d MB of disk at a time.%n", viewBytes / 1_000_000));
        }
        return text.append(String.format("All of them take about %s on this machine.%n", words(seconds())))
                .toString();
    }

    private static String words(double seconds) {
        Duration time = Duration.ofSeconds(Math.round(seconds));
        if (time.toMinutes() == 0) {
            return Math.max(1, time.toSeconds()) + " s";
        }
        Duration minutes = Duration.ofMinutes(Math.round(seconds / 60));
        return minutes.toHours() == 0
                ? minutes.toMinutes() + " min"
                : minutes.toHours() + " h " + minutes.toMinutesPart() + " min";
    }

    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        for (Line line : lines) {
            json.withArray("runs")
                    .addObject()
                    .put("name", line.name())
                    .put("pairs", line.pairs())
                    .put("trials", line.trials())
                    .put("seconds", Math.round(line.seconds()));
        }
        return json.put("viewBytes", viewBytes).put("seconds", Math.round(seconds()));
    }
}
