package io.streamclr.trainer.probe;

import io.streamclr.schemas.identity.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Draws the few images whose labels may be known. */
public final class LabelDraw {

    private LabelDraw() {}

    /**
     * The same share of every class, at least one image of each.
     *
     * @param labels class of each image
     * @param share above 0 and at most 1
     * @param seed another one draws others
     * @return rows in ascending order
     */
    public static int[] stratified(int[] labels, double share, long seed) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "A share of " + share + " cannot be sampled; it is above 0 and at most 1");
        }
        TreeMap<Integer, List<Integer>> classes = new TreeMap<>();
        for (int row = 0; row < labels.length; row++) {
            classes.computeIfAbsent(labels[row], unseen -> new ArrayList<>()).add(row);
        }
        return classes.values().stream()
                .flatMapToInt(rows -> {
                    rows.sort(Comparator.comparingLong(row -> Seeds.of(seed, "label", row)));
                    long count = Math.max(1, Math.round(share * rows.size()));
                    return rows.stream().limit(count).mapToInt(Integer::intValue);
                })
                .sorted()
                .toArray();
    }

    /** The labels of these rows. */
    public static int[] pick(int[] labels, int[] rows) {
        return Arrays.stream(rows).map(row -> labels[row]).toArray();
    }
}
