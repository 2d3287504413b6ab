package io.streamclr.console.probe;

import io.streamclr.trainer.encoder.Features;
import io.streamclr.trainer.probe.Confusion;
import io.streamclr.trainer.probe.LabelDraw;
import io.streamclr.trainer.probe.LinearScore;
import io.streamclr.trainer.probe.Neighbours;
import io.streamclr.trainer.probe.Probe;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures ways of looking at images that learn nothing meanwhile, with some or all of the labels. For one thread. */
final class FrozenProbe {

    private static final double TEMPERATURE = 0.1;

    private final Probe probe;
    private final ImageSet known;
    private final ImageSet asked;
    private final Map<LabelShare, ScoreTable> tables = new LinkedHashMap<>();
    private final boolean classes;
    private final ProbeProgress progress;

    /**
     * @param known training images
     * @param asked test images, read with views
     * @param classes whether both have labels and no image is in both; if not, retrieval alone is measured
     * @param progress hears what is at work
     */
    FrozenProbe(
            Probe probe,
            ImageSet known,
            ImageSet asked,
            boolean classes,
            List<LabelShare> shares,
            ProbeProgress progress) {
        this.probe = probe;
        this.known = known;
        this.asked = asked;
        this.classes = classes;
        this.progress = progress;
        shares.forEach(share -> tables.put(share, new ScoreTable()));
    }

    /** What was measured so far, a table for each share of labels. */
    Map<LabelShare, ScoreTable> tables() {
        return tables;
    }

    /** Says that a way of looking will be measured. */
    void plan(Look look, int seeds) {
        progress.plan(look.kind(), look.seconds(2 * asked.count()));
        progress.plan(Cost.Kind.NEAREST, Cost.nearest(asked.count(), asked.count(), look.dimension()));
        if (!classes) {
            return;
        }
        progress.plan(look.kind(), look.seconds(known.count()));
        for (LabelShare share : tables.keySet()) {
            double some = share.value() * known.count();
            double searches = share.value() < 1 ? seeds : 1;
            progress.plan(Cost.Kind.NEAREST, searches * Cost.nearest(asked.count(), some, look.dimension()));
            progress.plan(Cost.Kind.LINEAR, seeds * Cost.linear(some, look.dimension()));
        }
    }

    /**
     * Measures one way of looking and adds its row to each table.
     *
     * @return what the linear classifier took the images of each class for, with most labels; empty without labels
     */
    Optional<Confusion> measure(String key, String title, Look look, List<Long> seeds) {
        progress.begin(
                look.kind(),
                look.seconds(2 * asked.count()),
                "features of " + asked.count() + " test images: " + title);
        Features originals = look.at(asked.pixels(), asked.count());
        Features views = look.at(asked.views(), asked.count());
        progress.begin(
                Cost.Kind.NEAREST, Cost.nearest(asked.count(), asked.count(), look.dimension()), "retrieval: " + title);
        double found = probe.nearest(views, originals, 1).ownFirst();
        tables.values().forEach(table -> table.add(key, title, new Scores(Map.of(Measure.RETRIEVAL, found))));
        if (!classes) {
            return Optional.empty();
        }
        progress.begin(
                look.kind(),
                look.seconds(known.count()),
                "features of " + known.count() + " training images: " + title);
        Features all = look.at(known.pixels(), known.count());
        Optional<Confusion> newest = Optional.empty();
        for (Map.Entry<LabelShare, ScoreTable> table : tables.entrySet()) {
            newest = Optional.of(measure(key, title, all, originals, seeds, table));
        }
        return newest;
    }

    private Confusion measure(
            String key,
            String title,
            Features all,
            Features originals,
            List<Long> seeds,
            Map.Entry<LabelShare, ScoreTable> table) {
        Confusion sum = null;
        Map<Measure, Double> votes = Map.of();
        for (long seed : seeds) {
            String with = " with " + table.getKey() + " of the labels, seed " + seed + ": " + title;
            int[] rows = LabelDraw.stratified(known.labels(), table.getKey().value(), seed);
            int[] labels = LabelDraw.pick(known.labels(), rows);
            boolean every = rows.length == all.rows();
            Features some = every ? all : all.rows(rows);
            // Neighbours among all images are the same for every seed.
            if (!every || votes.isEmpty()) {
                progress.begin(
                        Cost.Kind.NEAREST, Cost.nearest(originals.rows(), rows.length, some.dimension()), "kNN" + with);
                votes = votes(some, labels, originals);
            }
            progress.begin(Cost.Kind.LINEAR, Cost.linear(rows.length, some.dimension()), "linear classifier" + with);
            LinearScore linear = probe.linear(some, labels, originals, asked.labels(), seed);
            Map<Measure, Double> scores = new EnumMap<>(votes);
            scores.put(Measure.LINEAR, linear.accuracy());
            table.getValue().add(key, title, new Scores(scores));
            sum = sum == null ? linear.confusion() : sum.plus(linear.confusion());
        }
        return sum;
    }

    private Map<Measure, Double> votes(Features some, int[] labels, Features originals) {
        Neighbours nearest = probe.nearest(originals, some, Math.min(200, some.rows()));
        Map<Measure, Double> scores = new EnumMap<>(Measure.class);
        scores.put(Measure.KNN_200, nearest.weighted(labels, asked.labels(), nearest.k(), TEMPERATURE));
        scores.put(Measure.KNN_20, nearest.majority(labels, asked.labels(), Math.min(20, nearest.k())));
        scores.put(Measure.KNN_10, nearest.majority(labels, asked.labels(), Math.min(10, nearest.k())));
        return scores;
    }
}
