package io.streamclr.trainer.card;

import java.util.List;

/**
 * A table of scores, the encoder's beside its floors.
 *
 * @param title what measured it
 * @param columns titles of what was measured
 * @param rows who was measured
 */
public record ScoreRows(String title, List<String> columns, List<Row> rows) {

    /**
     * One that was measured.
     *
     * @param title such as raw pixels
     * @param cells one for each column, as text
     */
    public record Row(String title, List<String> cells) {

        public Row {
            cells = List.copyOf(cells);
        }
    }

    public ScoreRows {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }
}
