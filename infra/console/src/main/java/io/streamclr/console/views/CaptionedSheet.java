package io.streamclr.console.views;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** A page of pictures and words, for a PNG file. Where Java finds no fonts, it stays without the words. */
public final class CaptionedSheet {

    private static final Color PAPER = new Color(0xf4f4f2);
    private static final int USUAL_FONT_PIXELS = 12;
    private static final boolean CAN_WRITE = fontsWork();

    private final BufferedImage page;
    private final Graphics2D pen;
    private final int fontPixels;

    /** An empty page of this size, in pixels. */
    public CaptionedSheet(int width, int height) {
        this(width, height, USUAL_FONT_PIXELS);
    }

    /**
     * An empty page.
     *
     * @param width in pixels
     * @param height in pixels
     * @param fontPixels size of the letters
     */
    CaptionedSheet(int width, int height, int fontPixels) {
        this.fontPixels = fontPixels;
        this.page = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        this.pen = page.createGraphics();
        pen.setColor(PAPER);
        pen.fillRect(0, 0, width, height);
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    }

    /** Java asks the system for fonts when the first is used, and fails in its own ways where there are none. */
    private static boolean fontsWork() {
        try {
            Graphics2D trial = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
            return trial.getFontMetrics(font(USUAL_FONT_PIXELS)).stringWidth("a") > 0;
        } catch (RuntimeException | LinkageError | InternalError none) {
            return false;
        }
    }

    private static Font font(int pixels) {
        return new Font(Font.SANS_SERIF, Font.PLAIN, pixels);
    }

    /** Whether this Java has a font to write with. */
    static boolean canWrite() {
        return CAN_WRITE;
    }

    /** From one line to the next, in pixels. */
    static int lineHeight(int fontPixels) {
        return fontPixels * 4 / 3;
    }

    /** Writes lines below each other, none wider than this; what is too long ends in dots. Without a font, nothing. */
    void write(List<String> lines, Color colour, int left, int top, int width) {
        if (!CAN_WRITE) {
            return;
        }
        pen.setFont(font(fontPixels));
        pen.setColor(colour);
        FontMetrics metrics = pen.getFontMetrics();
        int baseline = top + metrics.getAscent();
        for (String line : lines) {
            String fitting = line;
            for (int kept = line.length() - 1; kept > 0 && metrics.stringWidth(fitting) > width; kept--) {
                fitting = line.substring(0, kept) + "...";
            }
            pen.drawString(fitting, left, baseline);
            baseline += lineHeight(fontPixels);
        }
    }

    /**
     * Draws a picture at its largest within a square: small ones pixel by pixel, large ones smoothly.
     *
     * @param rgb {@code 3 * width * height} unsigned bytes, row-major, from its position on
     * @param side of the square, whose left upper corner is at {@code left}, {@code top}
     */
    public void place(int width, int height, ByteBuffer rgb, int left, int top, int side) {
        double scale = side / (double) Math.max(width, height);
        boolean grows = scale >= 1;
        pen.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                grows
                        ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                        : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        int shownWidth = Math.max(1, (int) Math.round(width * scale));
        int shownHeight = Math.max(1, (int) Math.round(height * scale));
        pen.drawImage(image(width, height, rgb), left, top, shownWidth, shownHeight, null);
    }

    /** Draws the outline of a shape, two pixels wide. */
    public void outline(Shape shape, Color colour) {
        outline(shape, colour, 2);
    }

    /** As the other, with a white rim, so that it shows on any picture. */
    void outlineOnPicture(Shape shape, Color colour) {
        outline(shape, Color.WHITE, 4);
        outline(shape, colour, 2);
    }

    private void outline(Shape shape, Color colour, int width) {
        pen.setColor(colour);
        pen.setStroke(new BasicStroke(width));
        pen.draw(shape);
    }

    private static BufferedImage image(int width, int height, ByteBuffer rgb) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int at = rgb.position();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++, at += 3) {
                image.setRGB(
                        x, y, (rgb.get(at) & 0xff) << 16 | (rgb.get(at + 1) & 0xff) << 8 | (rgb.get(at + 2) & 0xff));
            }
        }
        return image;
    }

    /** @throws RefusalException if the file cannot be written */
    public void write(Path file) {
        // Given a file, ImageIO prints a stack trace of its own where it cannot be written.
        try (OutputStream to = new BufferedOutputStream(Files.newOutputStream(file))) {
            if (!ImageIO.write(page, "png", to)) {
                throw new IllegalStateException("Every Java platform must write PNG");
            }
        } catch (IOException failed) {
            throw new RefusalException(
                    "Cannot write " + file + ": " + FileFault.of(failed) + "; name another file with --out", failed);
        }
    }
}
