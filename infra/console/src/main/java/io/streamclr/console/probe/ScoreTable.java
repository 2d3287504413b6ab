package io.streamclr.console.probe;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Scores of several ways of looking, each perhaps of several seeds, for people and for programs. */
public final class ScoreTable {

    private final Map<String, Row> rows = new LinkedHashMap<>();

    private record Row(String title, Map<Measure, List<Double>> scores) {

        Optional<Spread> of(Measure measure) {
            return Optional.ofNullable(scores.get(measure)).map(Spread::of);
        }
    }

    /**
     * Adds scores to a row, which is made where there is none.
     *
     * @param key as programs read it, such as {@code trained}
     * @param title as people read it
     */
    public void add(String key, String title, Scores scores) {
        Row row = rows.computeIfAbsent(key, unseen -> new Row(title, new EnumMap<>(Measure.class)));
        scores.values().forEach((measure, value) -> row.scores()
                .computeIfAbsent(measure, unseen -> new ArrayList<>())
                .add(value));
    }

    /** What a row's seeds gave; empty if that was not measured. */
    public Optional<Spread> of(String key, Measure measure) {
        return Optional.ofNullable(rows.get(key)).flatMap(row -> row.of(measure));
    }

    /** Keys and titles of the rows, in their order. */
    Map<String, String> titles() {
        Map<String, String> titles = new LinkedHashMap<>();
        rows.forEach((key, row) -> titles.put(key, row.title()));
        return titles;
    }

    /** Whether any row was measured by this. */
    boolean has(Measure measure) {
        return measures().contains(measure);
    }

    /** What at least one row was measured by. */
    private List<Measure> measures() {
        return Stream.of(Measure.values())
                .filter(measure ->
                        rows.values().stream().anyMatch(row -> row.scores().containsKey(measure)))
                .toList();
    }

    /** The table as pages show it: {@code measures} with key and title, {@code rows} with key, title and the means. */
    public ObjectNode grid() {
        ObjectNode grid = new ObjectMapper().createObjectNode();
        ArrayNode columns = grid.putArray("measures");
        measures()
                .forEach(
                        measure -> columns.addObject().put("key", measure.key()).put("title", measure.title()));
        ArrayNode lines = grid.putArray("rows");
        rows.forEach((key, row) -> {
            ObjectNode line = lines.addObject().put("key", key).put("title", row.title());
            measures().forEach(measure -> row.of(measure).ifPresent(spread -> line.put(measure.key(), spread.mean())));
        });
        return grid;
    }

    /** A table with a line for every row, in per cent. */
    public String text() {
        boolean spread = rows.values().stream()
                .flatMap(row -> row.scores().values().stream())
                .anyMatch(values -> values.size() > 1);
        String cell = spread ? " %16s" : " %13s";
        StringBuilder text = new StringBuilder(String.format("%-24s", ""));
        measures().forEach(measure -> text.append(String.format(cell, measure.title())));
        text.append('\n');
        for (Row row : rows.values()) {
            text.append(String.format("%-24s", row.title()));
            for (Measure measure : measures()) {
                text.append(String.format(
                        cell, row.of(measure).map(Spread::toString).orElse("-")));
            }
            text.append('\n');
        }
        return text.toString();
    }

    /**
     * An object with one object for each measure, which has the mean of each row. Where there are several seeds, the
     * object {@code spread} holds likewise their standard deviations.
     */
    public ObjectNode json() {
        ObjectNode object = new ObjectMapper().createObjectNode();
        for (Measure measure : measures()) {
            rows.forEach((key, row) -> row.of(measure).ifPresent(spread -> {
                object.withObjectProperty(measure.key()).put(key, spread.mean());
                if (spread.count() > 1) {
                    object.withObjectProperty("spread")
                            .withObjectProperty(measure.key())
                            .put(key, spread.deviation());
                }
            }));
        }
        return object;
    }
}
