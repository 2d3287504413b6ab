package io.streamclr.local.demo;

import io.streamclr.console.probe.Measure;
import io.streamclr.console.probe.ScoreTable;
import io.streamclr.console.probe.Spread;
import java.util.Locale;
import java.util.Optional;

/**
 * What a demo's figures say of its encoder, in one sentence, and what to do next: a table alone leaves a beginner to find
 * out whether 87 or 3 per cent is good.
 *
 * @param learned whether the encoder is above both baselines, above the untrained one alone, or above none
 */
record Verdict(Learned learned, String sentence) {

    /** Differences below this, in shares of the test images, are taken for noise. */
    private static final double NOISE = 0.01;

    /** So many times a short training sees each image before much can be expected of it. */
    private static final double FEW_PASSES = 5;

    /** Side of views that are learned from quickly. */
    private static final int SMALL = 32;

    /** How far an encoder has come. */
    enum Learned {
        MUCH,
        LITTLE,
        NOTHING;

        /** As JSON has it. */
        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Judges by kNN accuracy, or where there are no labels, by retrieval.
     *
     * @param table with rows {@code pixels}, {@code untrained} and {@code trained}
     * @param before what {@code untrained} is called
     * @param passes how often each image was trained on, on average
     * @param side of the views, in pixels
     */
    static Verdict of(ScoreTable table, String before, double passes, int side) {
        Measure measure = table.of("trained", Measure.KNN_20).isPresent() ? Measure.KNN_20 : Measure.RETRIEVAL;
        double trained = share(table, "trained", measure);
        double pixels = share(table, "pixels", measure);
        double untrained = share(table, "untrained", measure);
        String figures = String.format(
                Locale.ROOT,
                "%s %.1f %%, raw pixels %.1f %%, the %s %.1f %%",
                measure == Measure.KNN_20 ? "kNN accuracy is" : "retrieval is",
                100 * trained,
                100 * pixels,
                before,
                100 * untrained);
        if (trained > Math.max(pixels, untrained) + NOISE) {
            return new Verdict(
                    Learned.MUCH, "The encoder has learned from these images: " + figures + "; longer makes it better");
        }
        String next = passes < FEW_PASSES
                ? String.format(
                        Locale.ROOT,
                        "; each image was seen %.1f times, which is little: start it again, or give it more --minutes%s",
                        passes,
                        side > SMALL ? ", or smaller views such as --recipe imagenet,size=" + SMALL : "")
                : "; start it again or give it more --minutes, and more images if these are few";
        if (trained > untrained + NOISE) {
            return new Verdict(
                    Learned.LITTLE,
                    "The encoder has begun to learn, and is not clearly above raw pixels yet (a point is noise): "
                            + figures + next);
        }
        return new Verdict(Learned.NOTHING, "The encoder has learned nothing that shows yet: " + figures + next);
    }

    private static double share(ScoreTable table, String row, Measure measure) {
        Optional<Spread> spread = table.of(row, measure);
        return spread.map(Spread::mean).orElse(0.0);
    }
}
