package io.streamclr.console.chart;

import java.awt.Color;
import java.awt.Font;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** How our charts look. */
final class ChartForm {

    static final Font LABELS = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 16);
    private static final Color GRID = new Color(0xe3e3e0);
    /** Light enough, all of them, for black figures. */
    private static final Color[] PAPER_TO_BLUE = {new Color(0xf7f7f4), new Color(0xa8c8e4), new Color(0x5b9bd0)};

    private static final int CURVES_WIDTH = 900;
    private static final int CURVES_HEIGHT = 560;
    private static final int FIELD_WIDTH = 560;
    private static final int MOST_LABELS = 10;
    private static final int MOST_MARKED_POINTS = 40;
    private static final int CELL_WIDTH = 64;
    private static final int CELL_HEIGHT = 44;
    private static final int LETTER_WIDTH = 8;
    private static final int TITLE_LETTER_WIDTH = 10;
    private static final int TITLE_MARGIN = 60;
    private static final int MARGIN = 130;

    private ChartForm() {}

    static XYChart of(Curves curves) {
        XYChart chart = new XYChartBuilder()
                .width(CURVES_WIDTH)
                .height(CURVES_HEIGHT)
                .title(curves.title())
                .xAxisTitle(curves.xAxis())
                .yAxisTitle(curves.yAxis())
                .theme(ChartTheme.XChart)
                .build();
        dress(chart.getStyler());
        chart.getStyler()
                .setErrorBarsColorSeriesColor(true)
                .setXAxisMaxLabelCount(MOST_LABELS)
                .setLegendPosition(LegendPosition.OutsideE);
        boolean octaves = curves.scale() == Curves.Scale.LOGARITHMIC;
        if (octaves) {
            countInOctaves(chart, curves);
        }
        for (Curves.Curve curve : curves.curves()) {
            add(chart, curve, octaves);
        }
        return chart;
    }

    /** The library's logarithmic axis names powers of ten alone; what doubles needs a tick at each power of two. */
    private static void countInOctaves(XYChart chart, Curves curves) {
        DoubleSummaryStatistics places = curves.curves().stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(point -> log2(point.x()))
                .summaryStatistics();
        double low = Math.floor(places.getMin());
        double high = Math.max(low + 1, Math.ceil(places.getMax()));
        chart.getStyler().setXAxisMin(low).setXAxisMax(high);
        chart.getStyler()
                .setXAxisTickMarkSpacingHint((int) (FIELD_WIDTH / (high - low)))
                .setxAxisTickLabelsFormattingFunction(
                        octave -> octave == Math.rint(octave) ? Long.toString((long) Math.pow(2, octave)) : "");
    }

    private static double log2(double x) {
        return Math.log(x) / Math.log(2);
    }

    private static void add(XYChart chart, Curves.Curve curve, boolean octaves) {
        List<Curves.Point> points = curve.points();
        double[] x = points.stream()
                .mapToDouble(point -> octaves ? log2(point.x()) : point.x())
                .toArray();
        double[] mean = points.stream().mapToDouble(Curves.Point::mean).toArray();
        double[] spread = points.stream().mapToDouble(Curves.Point::spread).toArray();
        boolean sure = Arrays.stream(spread).allMatch(one -> one == 0);
        XYSeries series =
                sure ? chart.addSeries(curve.name(), x, mean) : chart.addSeries(curve.name(), x, mean, spread);
        series.setLineWidth(2);
        if (points.size() > MOST_MARKED_POINTS) {
            series.setMarker(SeriesMarkers.NONE);
        }
    }

    static HeatMapChart of(HeatMap map) {
        int longest = map.rows().stream().mapToInt(String::length).max().orElse(0);
        HeatMapChart chart = new HeatMapChartBuilder()
                .width(longest * LETTER_WIDTH
                        + Math.max(
                                map.columns().size() * CELL_WIDTH + MARGIN,
                                map.title().length() * TITLE_LETTER_WIDTH + TITLE_MARGIN))
                .height(map.rows().size() * CELL_HEIGHT + MARGIN)
                .title(map.title())
                .xAxisTitle(map.columnsAre())
                .yAxisTitle(map.rowsAre())
                .theme(ChartTheme.XChart)
                .build();
        dress(chart.getStyler());
        chart.getStyler().setXAxisLabelRotation(30).setPlotContentSize(1.0);
        chart.getStyler().setRangeColors(PAPER_TO_BLUE).setLegendVisible(false);
        chart.getStyler()
                .setShowValue(true)
                .setValueFont(LABELS)
                .setValueFontColor(Color.BLACK)
                .setHeatMapValueDecimalPattern(map.decimals() == 0 ? "0" : "0." + "0".repeat(map.decimals()));
        chart.addSeries("values", map.columns(), upwards(map.rows()), cells(map));
        return chart;
    }

    private static void dress(AxesChartStyler styler) {
        styler.setChartBackgroundColor(Color.WHITE)
                .setPlotBorderVisible(false)
                .setChartTitleBoxVisible(false)
                .setChartTitleFont(TITLE)
                .setLegendFont(LABELS)
                .setLegendBorderColor(Color.WHITE);
        styler.setAxisTitleFont(LABELS).setAxisTickLabelsFont(LABELS).setPlotGridLinesColor(GRID);
    }

    /** The library counts rows from below. */
    private static List<String> upwards(List<String> rows) {
        return IntStream.range(0, rows.size())
                .mapToObj(row -> rows.get(rows.size() - 1 - row))
                .toList();
    }

    private static List<Number[]> cells(HeatMap map) {
        List<Number[]> cells = new ArrayList<>();
        int rows = map.rows().size();
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < map.columns().size(); column++) {
                double value = map.values().get(row).get(column);
                if (!Double.isNaN(value)) {
                    // As tables and words round: the library rounds a half down where the next digit is even.
                    double shown = BigDecimal.valueOf(value)
                            .setScale(map.decimals(), RoundingMode.HALF_UP)
                            .doubleValue();
                    cells.add(new Number[] {column, rows - 1 - row, shown});
                }
            }
        }
        return cells;
    }
}
