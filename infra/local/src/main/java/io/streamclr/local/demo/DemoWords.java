package io.streamclr.local.demo;

import io.streamclr.console.probe.Measure;
import io.streamclr.console.probe.Scores;
import io.streamclr.ingest.IngestReport;
import io.streamclr.stream.start.RunningJob;
import io.streamclr.trainer.model.NetworkPlan;
import io.streamclr.trainer.settings.TrainConfig;
import io.streamclr.trainer.watch.TrainingListener.StepReport;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a demo says of itself on its lines. */
final class DemoWords {

    private DemoWords() {}

    static String images(IngestReport sent) {
        String rate = sent.sent() == 0 ? "" : String.format(Locale.ROOT, " (%,.0f a second)", sent.imagesPerSecond());
        String troubles = sent.unreadable() == 0
                ? ""
                : String.format(
                        Locale.ROOT,
                        ", %,d unreadable, the first of them %s",
                        sent.unreadable(),
                        sent.troubles().get(0));
        return String.format(
                Locale.ROOT,
                "%,d sent%s, %,d already there, %,d exact duplicates%s",
                sent.sent(),
                rate,
                sent.alreadyThere(),
                sent.duplicates(),
                troubles);
    }

    static String few(long images) {
        return String.format(
                Locale.ROOT,
                "a batch has %d pairs, so each of these %d images stands in it about %d times; little can be learned"
                        + " from so few, some thousands are a beginning",
                DemoPlan.BATCH_PAIRS,
                images,
                DemoPlan.BATCH_PAIRS / Math.max(1, images));
    }

    static String network(TrainConfig config) {
        NetworkPlan network = config.learning().network();
        return String.format(
                Locale.ROOT,
                "%s, computed in %s, which is the faster here",
                network.backbone().title(),
                network.precision().word());
    }

    /** What the trained encoder has to pass. */
    static String baselines(Scores pixels, String before, Scores untrained) {
        boolean labelled = pixels.of(Measure.KNN_20).isPresent();
        return (labelled ? "kNN accuracy and retrieval" : "retrieval (no kNN accuracy, which needs labels and --test)")
                + ": raw pixels " + scores(pixels) + ", " + before + " " + scores(untrained);
    }

    private static String scores(Scores scores) {
        return Stream.of(scores.of(Measure.KNN_20), scores.of(Measure.RETRIEVAL))
                .flatMap(share -> share.stream().boxed())
                .map(share -> String.format(Locale.ROOT, "%.1f %%", 100 * share))
                .collect(Collectors.joining(" and "));
    }

    static String training(StepReport report, boolean computing, RunningJob job, boolean cooling) {
        if (report == null) {
            return computing ? "computing the first step" : "waiting for the first views";
        }
        return String.format(
                Locale.ROOT,
                "step %,d, loss %.3f, %,.0f pairs/s, waiting %.0f %%, %,d pairs rendered%s",
                report.step(),
                report.loss(),
                report.pairsPerSecond(),
                100 * report.waitingShare(),
                job.counts().written(),
                cooling ? ", cooling down" : "");
    }
}
