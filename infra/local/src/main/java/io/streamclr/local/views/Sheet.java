package io.streamclr.local.views;

import io.streamclr.schemas.RefusalException;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** A page of pictures, for a PNG file. Draws no text, so it needs no font. */
public final class Sheet {

    private static final Color PAPER = new Color(0xf4f4f2);

    private final BufferedImage page;
    private final Graphics2D pen;

    /** An empty page of this size, in pixels. */
    public Sheet(int width, int height) {
        this.page = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        this.pen = page.createGraphics();
        pen.setColor(PAPER);
        pen.fillRect(0, 0, width, height);
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
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
        pen.setColor(colour);
        pen.setStroke(new BasicStroke(2));
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
        try {
            if (!ImageIO.write(page, "png", file.toFile())) {
                throw new IllegalStateException("Every Java platform must write PNG");
            }
        } catch (IOException failed) {
            throw new RefusalException(
                    "Cannot write " + file + ": " + failed.getMessage() + "; name another file with --out", failed);
        }
    }
}
