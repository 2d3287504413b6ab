package io.streamclr.process.configuration;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known name that a mistyped one was probably meant to be. */
public final class NearestName {

    private NearestName() {}

    /** By the fewest letters to change, move in or take out; empty if more than half of the letters differ. */
    public static Optional<String> of(String name, Collection<String> known) {
        return known.stream()
                .distinct()
                .min(Comparator.comparingInt((String other) -> changes(name, other))
                        .thenComparing(Comparator.naturalOrder()))
                .filter(nearest -> 2 * changes(name, nearest) <= Math.max(name.length(), nearest.length()));
    }

    /** Levenshtein's distance. */
    private static int changes(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int exchanged = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(exchanged, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
