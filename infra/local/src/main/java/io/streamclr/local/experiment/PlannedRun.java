package io.streamclr.local.experiment;

import io.streamclr.augment.view.Recipe;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.command.TrainOptions;
import io.streamclr.trainer.model.NetworkPlan.Precision;
import io.streamclr.trainer.settings.Defaults;
import io.streamclr.trainer.settings.Preset;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One run of a plan: what is learned from which views, and what is measured then. It is done once for each seed.
 *
 * @param name names it in its experiment; small letters, digits, dots and dashes, 40 at most
 * @param at where its figures stand in the table, by column; the same columns in every run of a plan
 * @param recipe of the views
 * @param images how many of the training images the views are rendered from, 2 or more
 * @param pairs view pairs to train on, or with labels images; the last batch that is not full is left out
 * @param train options of {@code streamclr train}; run, topics, seed, threads, steps and the rate's course are given by
 *     the runner
 * @param measures what is measured in the end
 * @param data images to learn from in the place of the experiment's; empty for these
 * @param supervised whether it learns from the labels of its images, without views and without a head
 */
public record PlannedRun(
        String name,
        Map<String, String> at,
        String recipe,
        int images,
        long pairs,
        String train,
        List<TrialMetric> measures,
        String data,
        boolean supervised) {

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9.-]{0,39}");

    /** @throws RefusalException if a value makes no sense */
    public PlannedRun {
        at = Collections.unmodifiableMap(new LinkedHashMap<>(at));
        measures = List.copyOf(measures);
        Objects.requireNonNull(data, "data");
        if (!NAME.matcher(name).matches()) {
            throw new RefusalException("The run '" + name
                    + "' cannot name a file; use small letters, digits, dots and dashes, 40 at most");
        }
        if (images < 2 || pairs < 1 || measures.isEmpty()) {
            throw new RefusalException("Run " + name + " has " + images + " images, " + pairs + " pairs and "
                    + measures.size() + " measures; give 2 images, 1 pair and 1 measure, or more");
        }
        Recipe.parse(recipe);
    }

    /** A run on the experiment's own images. */
    public PlannedRun(
            String name,
            Map<String, String> at,
            String recipe,
            int images,
            long pairs,
            String train,
            List<TrialMetric> measures) {
        this(name, at, recipe, images, pairs, train, measures, "");
    }

    /** A run on images of its own. */
    public PlannedRun(
            String name,
            Map<String, String> at,
            String recipe,
            int images,
            long pairs,
            String train,
            List<TrialMetric> measures,
            String data) {
        this(name, at, recipe, images, pairs, train, measures, data, false);
    }

    /** The same trained by other options. */
    PlannedRun trainedBy(String options) {
        return new PlannedRun(name, at, recipe, images, pairs, options, measures, data, supervised);
    }

    /** The same in the precision that is faster for its network on this processor, which its options then say. */
    PlannedRun precisely() {
        int side = Recipe.parse(recipe).size();
        Precision faster = TrainOptions.of(train).precision(Preset.CPU_SMALL, Defaults.PLAIN, side);
        return trainedBy(train + " --precision " + faster.word());
    }

    /** The same with another budget. */
    PlannedRun withPairs(long other) {
        return new PlannedRun(name, at, recipe, images, other, train, measures, data, supervised);
    }
}
