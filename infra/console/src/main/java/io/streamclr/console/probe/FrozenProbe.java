package io.streamclr.console.probe;

import io.streamclr.trainer.probe.Confusion;
import io.streamclr.trainer.probe.Features;
import io.streamclr.trainer.probe.LabelDraw;
import io.streamclr.trainer.probe.LinearScore;
import io.streamclr.trainer.probe.Neighbours;
import io.streamclr.trainer.probe.Probe;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** Measures ways of looking at images that learn nothing meanwhile, with some or all of the labels. For one thread. */
final class FrozenProbe {

    private static final double TEMPERATURE = 0.1;

    private final Probe probe;
    private final ImageSet known;
    private final ImageSet asked;
    private final Map<LabelShare, ScoreTable> tables = new LinkedHashMap<>();
    private final boolean classes;
    private final Consumer<String> progress;

    /**
     * @param known training images
     * @param asked test images, drawn with views
     * @param classes whether both have labels and no image is in both; if not, retrieval alone is measured
     * @param progress is given what is at work, in words
     */
    FrozenProbe(
            Probe probe,
            ImageSet known,
            ImageSet asked,
            boolean classes,
            List<LabelShare> shares,
            Consumer<String> progress) {
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

    /**
     * Measures one way of looking and adds its row to each table.
     *
     * @return what the linear classifier took the images of each class for, with most labels; empty without labels
     */
    Optional<Confusion> measure(String key, String title, Look look, List<Long> seeds) {
        progress.accept("features of " + asked.count() + " test images: " + title);
        Features originals = look.at(asked.pixels(), asked.count());
        double found = probe.nearest(look.at(asked.views(), asked.count()), originals, 1)
                .ownFirst();
        tables.values().forEach(table -> table.add(key, title, new Scores(Map.of(Measure.RETRIEVAL, found))));
        if (!classes) {
            return Optional.empty();
        }
        progress.accept("features of " + known.count() + " training images: " + title);
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
            progress.accept(
                    "kNN and linear classifier with " + table.getKey() + " of the labels, seed " + seed + ": " + title);
            int[] rows = LabelDraw.stratified(known.labels(), table.getKey().value(), seed);
            int[] labels = LabelDraw.pick(known.labels(), rows);
            boolean every = rows.length == all.rows();
            Features some = every ? all : all.rows(rows);
            // Neighbours among all images are the same for every seed.
            votes = every && !votes.isEmpty() ? votes : votes(some, labels, originals);
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
