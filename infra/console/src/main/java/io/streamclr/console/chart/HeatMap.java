package io.streamclr.console.chart;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * A table whose cells are coloured by what they hold, with the figure in each.
 *
 * @param title above the table
 * @param columnsAre what the columns stand for
 * @param rowsAre what the rows stand for
 * @param columns their names, from left to right
 * @param rows their names, from the top down
 * @param values one list for each row, one value for each column; NaN leaves a cell empty
 * @param decimals digits after the point in a cell, 0 to 6
 */
public record HeatMap(
        String title,
        String columnsAre,
        String rowsAre,
        List<String> columns,
        List<String> rows,
        List<List<Double>> values,
        int decimals) {

    public HeatMap {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
        values = values.stream().map(List::copyOf).toList();
        int width = columns.size();
        if (width == 0 || values.size() != rows.size() || values.stream().anyMatch(row -> row.size() != width)) {
            throw new IllegalArgumentException(
                    "The table does not have " + rows.size() + " rows of " + width + " values, at least one");
        }
        if (values.stream().flatMap(List::stream).allMatch(value -> value.isNaN())) {
            throw new IllegalArgumentException("The table holds no value");
        }
        if (decimals < 0 || decimals > 6) {
            throw new IllegalArgumentException(decimals + " digits after the point, and 0 to 6 are possible");
        }
    }

    /**
     * A confusion matrix: what the images of each class were taken for, in percent of the images of that class. The row
     * of a class without images is empty.
     *
     * @param classes their names, in the order of the classes
     * @param counts images of class i that were taken for class j, in row i and column j; at least one image
     */
    public static HeatMap confusion(String title, List<String> classes, int[][] counts) {
        List<List<Double>> shares = new ArrayList<>();
        for (int[] row : counts) {
            double images = 0;
            for (int count : row) {
                images += count;
            }
            List<Double> share = new ArrayList<>(Collections.nCopies(row.length, Double.NaN));
            for (int column = 0; images > 0 && column < row.length; column++) {
                share.set(column, 100 * row[column] / images);
            }
            shares.add(share);
        }
        return new HeatMap(title, "taken for", "% of the images of", classes, classes, shares, 1);
    }

    /** The figures in words, row by row. */
    @Override
    public String toString() {
        StringBuilder words = new StringBuilder(
                title + "; columns, " + columnsAre + ": " + String.join(", ", columns) + "; " + rowsAre);
        for (int row = 0; row < rows.size(); row++) {
            words.append("; ").append(rows.get(row)).append(':');
            for (double value : values.get(row)) {
                words.append(Double.isNaN(value) ? " -" : String.format(Locale.ROOT, " %." + decimals + "f", value));
            }
        }
        return words.toString();
    }
}
