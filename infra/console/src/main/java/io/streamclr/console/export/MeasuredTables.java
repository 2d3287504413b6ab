package io.streamclr.console.export;

import com.fasterxml.jackson.databind.JsonNode;
import io.streamclr.console.probe.ResultFile;
import io.streamclr.trainer.card.ScoreRows;
import io.streamclr.trainer.encoder.SavedSteps;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What commands measured of the encoder of a checkpoint, beside its floors, as they left it in the run's folder. */
final class MeasuredTables {

    private static final Pattern CHECKPOINT = Pattern.compile("step-\\d{8,18}/?");
    private static final int MOST_ROWS = 100;

    private MeasuredTables() {}

    /** The tables of a checkpoint; none of another folder. */
    static List<ScoreRows> of(Path checkpoint) {
        if (!CHECKPOINT.matcher(String.valueOf(checkpoint.getFileName())).matches()) {
            return List.of();
        }
        long step = SavedSteps.step(checkpoint);
        List<ScoreRows> tables = new ArrayList<>();
        for (JsonNode table : ResultFile.read(checkpoint.getParent())) {
            if (table.path("step").asLong() == step && tables.size() < MOST_ROWS) {
                tables.add(rows(table));
            }
        }
        return tables;
    }

    private static ScoreRows rows(JsonNode table) {
        List<String> columns = new ArrayList<>();
        table.path("measures").forEach(each -> columns.add(each.path("title").asText()));
        List<ScoreRows.Row> rows = new ArrayList<>();
        for (JsonNode row : table.path("rows")) {
            List<String> cells = new ArrayList<>();
            for (JsonNode each : table.path("measures")) {
                JsonNode score = row.path(each.path("key").asText());
                cells.add(score.isNumber() ? String.format(Locale.ROOT, "%.1f %%", 100 * score.asDouble()) : "-");
            }
            if (rows.size() < MOST_ROWS) {
                rows.add(new ScoreRows.Row(row.path("title").asText(), cells));
            }
        }
        return new ScoreRows("streamclr " + table.path("by").asText(), columns, rows);
    }
}
