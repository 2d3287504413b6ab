package io.streamclr.local.probe;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** Scores of several ways of looking, for people and for programs. */
public final class ScoreTable {

    private final Map<String, Row> rows = new LinkedHashMap<>();

    private record Row(String title, Scores scores) {}

    /**
     * Adds a row.
     *
     * @param key as programs read it, such as {@code trained}
     * @param title as people read it
     */
    public void add(String key, String title, Scores scores) {
        rows.put(key, new Row(title, scores));
    }

    /** A table with a line for every row, in per cent. */
    public String text() {
        boolean linear =
                rows.values().stream().anyMatch(row -> row.scores.linear().isPresent());
        StringBuilder text = new StringBuilder();
        text.append(String.format("%-20s %12s%s %12s%n", "", "kNN (k=20)", linear ? "       linear" : "", "retrieval"));
        for (Row row : rows.values()) {
            text.append(String.format(
                    "%-20s %12s%s %12s%n",
                    row.title,
                    percent(row.scores.knn()),
                    linear ? String.format(" %12s", percent(row.scores.linear())) : "",
                    percent(OptionalDouble.of(row.scores.retrieval()))));
        }
        return text.toString();
    }

    private static String percent(OptionalDouble share) {
        return share.isPresent() ? String.format("%.2f %%", 100 * share.getAsDouble()) : "no labels";
    }

    /** An object with one object for each measure, which has one number for each row; null where there are no labels. */
    public ObjectNode json() {
        ObjectNode object = new ObjectMapper().createObjectNode();
        ObjectNode knn = object.putObject("knn");
        ObjectNode retrieval = object.putObject("retrieval");
        boolean linear =
                rows.values().stream().anyMatch(row -> row.scores.linear().isPresent());
        ObjectNode accuracy = linear ? object.putObject("linear") : null;
        rows.forEach((key, row) -> {
            put(knn, key, row.scores.knn());
            retrieval.put(key, row.scores.retrieval());
            if (accuracy != null) {
                put(accuracy, key, row.scores.linear());
            }
        });
        return object;
    }

    private static void put(ObjectNode object, String key, OptionalDouble value) {
        if (value.isPresent()) {
            object.put(key, value.getAsDouble());
        } else {
            object.putNull(key);
        }
    }
}
