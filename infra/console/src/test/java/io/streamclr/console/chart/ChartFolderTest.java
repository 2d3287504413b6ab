package io.streamclr.console.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.streamclr.console.chart.Curves.Curve;
import io.streamclr.console.chart.Curves.Point;
import io.streamclr.console.chart.Curves.Scale;
import io.streamclr.schemas.RefusalException;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartFolderTest {

    private static final Curve NARROW = new Curve(
            "width 16", List.of(new Point(64, 81.5, 0.4), new Point(128, 83.5, 0.3), new Point(256, 81.7, 0.5)));
    private static final Curve WIDE =
            new Curve("width 32", List.of(new Point(64, 80, 0), new Point(128, 81.8, 1.2), new Point(256, 82.0, 0.7)));

    /** Colours of the lowest and the highest value of a heat map. */
    private static final int LOWEST = 0xf7f7f4;

    private static final int HIGHEST = 0x5b9bd0;

    @TempDir
    private Path folder;

    @Test
    void curvesAreOnePictureInTwoForms() throws IOException {
        Curves curves = new Curves("By batch", "pairs in a batch", "kNN, %", Scale.LOGARITHMIC, List.of(NARROW, WIDE));

        ChartFolder.at(folder).write("batch", curves);

        BufferedImage png = ImageIO.read(folder.resolve("batch.png").toFile());
        assertThat(png.getWidth()).isEqualTo(900);
        assertThat(png.getHeight()).isEqualTo(560);
        assertThat(Files.readString(folder.resolve("batch.svg")))
                .contains(
                        "By batch",
                        "pairs in a batch",
                        "kNN, %",
                        "width 16 (64: 81.50 ± 0.40)",
                        "width 32 (64: 80.00)");
    }

    @Test
    void anErrorBarIsAsLongAsTheSpread() throws IOException {
        ChartFolder charts = ChartFolder.at(folder);
        charts.write("sure", curve(1));
        charts.write("unsure", curve(4));

        // The axis grows with the bars, so they are not quite four times as long.
        assertThat(barInTheMiddle("unsure.png")).isGreaterThan(2 * barInTheMiddle("sure.png"));
    }

    /** Blue pixels of the column that has most of them; curve and error bars are blue. */
    private long barInTheMiddle(String name) throws IOException {
        BufferedImage picture = ImageIO.read(folder.resolve(name).toFile());
        return IntStream.range(picture.getWidth() / 4, picture.getWidth() * 3 / 4)
                .mapToLong(x -> column(picture, x)
                        .filter(rgb -> (rgb & 0xff) - (rgb >> 16) > 40)
                        .count())
                .max()
                .orElseThrow();
    }

    /** The colours of a column from the top down, without what an image may have beside RGB. */
    private static IntStream column(BufferedImage picture, int x) {
        return IntStream.range(0, picture.getHeight()).map(y -> picture.getRGB(x, y) & 0xffffff);
    }

    private static Curves curve(double spread) {
        List<Point> points = List.of(new Point(1, 10, 0), new Point(2, 20, spread), new Point(3, 30, 0));
        return new Curves("", "x", "y", Scale.LINEAR, List.of(new Curve("c", points)));
    }

    @Test
    void aHeatMapHasItsFigureInEachCell() throws IOException {
        HeatMap map = new HeatMap(
                "Two operations",
                "second",
                "first",
                List.of("crop", "flip", "blur"),
                List.of("crop", "flip"),
                List.of(List.of(81.25, 83.5, 82.75), List.of(Double.NaN, 71.5, 70.25)),
                2);

        ChartFolder.at(folder).write("pairs", map);

        String svg = Files.readString(folder.resolve("pairs.svg"));
        assertThat(svg)
                .contains("columns, second: crop, flip, blur", "first; crop: 81.25 83.50 82.75; flip: - 71.50 70.25");
        assertThat(ImageIO.read(folder.resolve("pairs.png").toFile())).isNotNull();
    }

    @Test
    void aCellRoundsAsATableDoes() throws IOException {
        assertThat(String.format(Locale.ROOT, "%.1f", 82.05)).isEqualTo("82.1");

        assertThat(pixels("half", 82.05)).isEqualTo(pixels("above", 82.1)).isNotEqualTo(pixels("below", 82.0));
    }

    /** The picture of a heat map that has this value in a cell. */
    private int[] pixels(String name, double value) throws IOException {
        List<List<Double>> values = List.of(List.of(value, 1.0));
        ChartFolder.at(folder).write(name, new HeatMap("t", "c", "r", List.of("a", "b"), List.of("d"), values, 1));
        BufferedImage picture = ImageIO.read(folder.resolve(name + ".png").toFile());
        return picture.getRGB(0, 0, picture.getWidth(), picture.getHeight(), null, 0, picture.getWidth());
    }

    @Test
    void theFirstRowOfAHeatMapIsAtTheTop() throws IOException {
        HeatMap map = new HeatMap(
                "", "", "", List.of("only"), List.of("above", "below"), List.of(List.of(1.0), List.of(2.0)), 0);

        ChartFolder.at(folder).write("rows", map);

        BufferedImage png = ImageIO.read(folder.resolve("rows.png").toFile());
        List<Integer> colours = column(png, png.getWidth() / 2 + 20).boxed().toList();
        assertThat(colours).contains(LOWEST, HIGHEST);
        assertThat(colours.lastIndexOf(LOWEST)).isLessThan(colours.indexOf(HIGHEST));
    }

    @Test
    void aConfusionMatrixIsInPercentOfEachClass() {
        HeatMap map = HeatMap.confusion(
                "Confused", List.of("shirt", "coat", "boot"), new int[][] {{6, 2, 0}, {1, 1, 2}, {0, 0, 0}});

        assertThat(map.values().get(0)).containsExactly(75.0, 25.0, 0.0);
        assertThat(map.values().get(1)).containsExactly(25.0, 25.0, 50.0);
        assertThat(map.values().get(2)).containsOnly(Double.NaN);
        assertThat(map.rows()).containsExactly("shirt", "coat", "boot");
    }

    @Test
    void aFolderThatCannotBeMadeIsRefusedBeforeAnythingIsDrawn() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "in the way");

        assertThatThrownBy(() -> ChartFolder.at(file.resolve("charts")))
                .isInstanceOf(RefusalException.class)
                .hasMessageContaining("cannot be made");
    }

    @Test
    void aLogarithmicAxisTakesNoZero() {
        List<Curve> curves = List.of(new Curve("c", List.of(new Point(0, 1, 0))));

        assertThatThrownBy(() -> new Curves("", "x", "y", Scale.LOGARITHMIC, curves))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
