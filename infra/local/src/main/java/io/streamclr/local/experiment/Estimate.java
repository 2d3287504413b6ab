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
 */
record Estimate(List<Line> lines) {

    /**
     * One run.
     *
     * @param unit of {@code pairs}
     * @param trials how often it is done, once for each seed
     * @param seconds of all of them
     */
    record Line(String name, long pairs, String unit, int trials, double seconds) {}

    static Estimate of(ExperimentPlan plan, RunRates rates) {
        int seeds = plan.wishes().seeds();
        return new Estimate(plan.runs().stream()
                .map(run -> new Line(
                        run.name(),
                        run.pairs(),
                        run.supervised() ? "images" : "pairs",
                        seeds,
                        seeds * rates.of(run).seconds(run)))
                .toList());
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
        return json.put("seconds", Math.round(seconds()));
    }
}
