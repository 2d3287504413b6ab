package io.streamclr.local.experiment;

import io.streamclr.console.chart.ChartFolder;
import io.streamclr.console.chart.Curves;
import io.streamclr.console.chart.Curves.Curve;
import io.streamclr.console.chart.Curves.Point;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.model.Architecture;
import io.streamclr.trainer.model.HeadPlan;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.model.NetworkPlan.Normalisation;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.model.Stem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The paper's figure 7: networks of several widths and depths, by linear probe, and beside each the same one trained for as
 * many steps with the labels that the probe is fitted to.
 */
final class NetworkExperiment implements Experiment {

    /** Its own option: channels after the first convolution, separated by commas. */
    static final String CHANNELS = "channels";

    /** Its own option: depths, separated by commas. */
    static final String DEPTHS = "depths";

    private static final String NETWORK = "network";
    private static final String PARAMETERS = "parameters";
    private static final String LEARNING = "learning";
    private static final String SELF_SUPERVISED = "self-supervised";
    private static final String SUPERVISED = "supervised";

    @Override
    public String name() {
        return "network";
    }

    @Override
    public List<PlannedRun> runs(ExperimentSettings settings, BaseRecipe base, Path folder) {
        List<PlannedRun> runs = new ArrayList<>();
        for (int depth : settings.numbers(DEPTHS, List.of(18, 34, 50), 10, 152)) {
            for (int channels : settings.numbers(CHANNELS, List.of(8, 16, 32, 64), 4, 512)) {
                long parameters = parameters(depth, channels);
                runs.add(new PlannedRun(
                        "resnet" + depth + "-" + channels,
                        columns(depth, channels, parameters, SELF_SUPERVISED),
                        base.text(),
                        settings.images(),
                        settings.pairs(),
                        UsualTraining.sized(depth, channels),
                        List.of(TrialMetric.LINEAR_H, TrialMetric.KNN_H)));
                runs.add(new PlannedRun(
                        "resnet" + depth + "-" + channels + "-" + SUPERVISED,
                        columns(depth, channels, parameters, SUPERVISED),
                        base.text(),
                        settings.measured(),
                        settings.pairs(),
                        UsualTraining.supervised(depth, channels),
                        List.of(TrialMetric.LINEAR_H, TrialMetric.KNN_H, TrialMetric.SUPERVISED),
                        "",
                        true));
            }
        }
        return runs;
    }

    private static long parameters(int depth, int channels) {
        try {
            return Architecture.of(new NetworkPlan(
                            depth,
                            channels / 64.0,
                            Stem.SMALL2,
                            HeadPlan.NONE,
                            false,
                            Normalisation.NONE,
                            Precision.FLOAT32))
                    .encoderParameters();
        } catch (IllegalArgumentException unknown) {
            throw RefusalException.ofUsage(unknown.getMessage() + "; give other --" + DEPTHS, unknown);
        }
    }

    private static Map<String, String> columns(int depth, int channels, long parameters, String learning) {
        Map<String, String> at = new LinkedHashMap<>();
        at.put(NETWORK, "resnet" + depth);
        at.put(CHANNELS, Integer.toString(channels));
        at.put(PARAMETERS, String.format(Locale.ROOT, "%,d", parameters));
        at.put(LEARNING, learning);
        return at;
    }

    @Override
    public void draw(Outcome outcome, ChartFolder charts) {
        Map<String, List<Point>> curves = new LinkedHashMap<>();
        for (PlannedRun run : outcome.runs()) {
            TrialMetric shown = run.supervised() ? TrialMetric.SUPERVISED : TrialMetric.LINEAR_H;
            outcome.figure(run, shown).ifPresent(figure -> curves.computeIfAbsent(
                            run.at().get(NETWORK) + ", " + run.at().get(LEARNING), name -> new ArrayList<>())
                    .add(new Point(thousands(run), 100 * figure.mean(), 100 * figure.deviation())));
        }
        if (curves.isEmpty()) {
            return;
        }
        charts.write(
                name(),
                new Curves(
                        "Size of the network, by linear probe and trained with the same labels",
                        "thousand parameters",
                        "accuracy, %",
                        Curves.Scale.LOGARITHMIC,
                        curves.entrySet().stream()
                                .map(curve -> new Curve(
                                        curve.getKey(),
                                        curve.getValue().stream()
                                                .sorted(Comparator.comparingDouble(Point::x))
                                                .toList()))
                                .toList()));
    }

    private static double thousands(PlannedRun run) {
        return Long.parseLong(run.at().get(PARAMETERS).replace(",", "")) / 1000.0;
    }
}
