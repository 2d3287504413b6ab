package io.streamclr.console.chart;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.internal.chartpart.Chart;

/** A folder that charts are written into, each as {@code NAME.png} and as {@code NAME.svg}. */
public final class ChartFolder {

    private final Path folder;

    private ChartFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The folder at a place; made where there is none. Asked for before the work that gives the figures, it says in the
     * first second that they cannot be drawn.
     *
     * @throws RefusalException if it cannot be made, or this Java finds no fonts
     */
    public static ChartFolder at(Path place) {
        try {
            Files.createDirectories(place);
        } catch (IOException unmakable) {
            throw new RefusalException(
                    "The folder " + place + " for charts cannot be made: " + FileFault.of(unmakable) + "; name another",
                    unmakable);
        }
        requireFonts();
        return new ChartFolder(place);
    }

    /** Java asks the system for fonts when the first is used, and fails in its own ways where there are none. */
    private static void requireFonts() {
        try {
            Graphics2D trial = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
            trial.setFont(ChartForm.LABELS);
            trial.getFontMetrics().stringWidth("a");
        } catch (RuntimeException | LinkageError | InternalError none) {
            throw new RefusalException(
                    "This Java finds no fonts, so no chart can be drawn; install fontconfig and a font", none);
        }
    }

    /** Draws curves, 900 x 560 pixels. */
    public void write(String name, Curves curves) {
        write(name, ChartForm.of(curves), curves.toString());
    }

    /** Draws a heat map, as large as its cells and its title need. */
    public void write(String name, HeatMap map) {
        write(name, ChartForm.of(map), map.toString());
    }

    private void write(String name, Chart<?, ?> chart, String words) {
        Path png = folder.resolve(name + ".png");
        Path svg = folder.resolve(name + ".svg");
        try (OutputStream bitmap = Files.newOutputStream(png)) {
            BitmapEncoder.saveBitmap(chart, bitmap, BitmapFormat.PNG);
            Files.writeString(svg, drawing(chart, words));
        } catch (IOException unwritable) {
            throw new RefusalException(
                    "The charts " + png + " and " + svg + " cannot be written: " + FileFault.of(unwritable)
                            + "; make room or name another folder",
                    unwritable);
        }
    }

    /** The SVG file. Its letters are outlines, so it also says in words what it shows. */
    private static String drawing(Chart<?, ?> chart, String words) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        VectorGraphicsEncoder.saveVectorGraphic(chart, bytes, VectorGraphicsFormat.SVG);
        String drawing = bytes.toString(StandardCharsets.UTF_8);
        int inside = drawing.indexOf('>', drawing.indexOf("<svg")) + 1;
        String escaped = words.replace("&", "&amp;").replace("<", "&lt;");
        return drawing.substring(0, inside) + "<desc>" + escaped + "</desc>" + drawing.substring(inside);
    }
}
