package io.streamclr.local.views;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/**
 * Many pairs in one picture: for each the original with both crop boxes, and the two views, framed in the colours of
 * their boxes. Draws no text, so it needs no font.
 */
public final class ContactSheet {

    private static final Color PAPER = new Color(0xf4f4f2);
    private static final Color FIRST = new Color(0xd1495b);
    private static final Color SECOND = new Color(0x1f78b4);
    private static final int GAP = 6;
    private static final int BETWEEN_PAIRS = 18;

    private final int columns;
    private final int tile;
    private final BufferedImage sheet;
    private final Graphics2D pen;

    /**
     * @param pairs how many it will hold, 1 or more
     * @param columns pairs in a row
     * @param tile width and height of one picture, in pixels
     */
    public ContactSheet(int pairs, int columns, int tile) {
        this.columns = Math.min(columns, pairs);
        this.tile = tile;
        int rows = (pairs + this.columns - 1) / this.columns;
        this.sheet = new BufferedImage(
                this.columns * pairWidth() + BETWEEN_PAIRS,
                rows * (tile + BETWEEN_PAIRS) + BETWEEN_PAIRS,
                BufferedImage.TYPE_INT_RGB);
        this.pen = sheet.createGraphics();
        pen.setColor(PAPER);
        pen.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    }

    private int pairWidth() {
        return 3 * tile + 2 * GAP + BETWEEN_PAIRS;
    }

    /** Draws pair number {@code index}, 0 for the first. */
    public void draw(int index, Pixels original, ViewPair pair) {
        int left = BETWEEN_PAIRS + index % columns * pairWidth();
        int top = BETWEEN_PAIRS + index / columns * (tile + BETWEEN_PAIRS);
        double scale = tile / (double) Math.max(original.width(), original.height());
        int width = Math.max(1, (int) Math.round(original.width() * scale));
        int height = Math.max(1, (int) Math.round(original.height() * scale));
        place(image(original.width(), original.height(), ByteBuffer.wrap(original.rgb())), left, top, width, height);
        box(pair.getFirst().getLineage().getCrop(), FIRST, left, top, scale);
        box(pair.getSecond().getLineage().getCrop(), SECOND, left, top, scale);
        view(pair.getFirst(), FIRST, left + tile + GAP, top);
        view(pair.getSecond(), SECOND, left + 2 * (tile + GAP), top);
    }

    private void view(View view, Color frame, int left, int top) {
        place(image(view.getWidth(), view.getHeight(), view.getPixels()), left, top, tile, tile);
        pen.setColor(frame);
        pen.setStroke(new BasicStroke(2));
        pen.draw(new Rectangle2D.Double(left - 1, top - 1, tile + 1, tile + 1));
    }

    private void box(CropBox crop, Color colour, int left, int top, double scale) {
        pen.setColor(colour);
        pen.setStroke(new BasicStroke(2));
        pen.draw(new Rectangle2D.Double(
                left + crop.getX() * scale,
                top + crop.getY() * scale,
                crop.getWidth() * scale,
                crop.getHeight() * scale));
    }

    /** Small pictures are shown pixel by pixel, large ones smoothly. */
    private void place(BufferedImage image, int left, int top, int width, int height) {
        boolean grows = image.getWidth() <= width;
        pen.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION,
                grows
                        ? RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR
                        : RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        pen.drawImage(image, left, top, width, height, null);
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
            if (!ImageIO.write(sheet, "png", file.toFile())) {
                throw new IllegalStateException("Every Java platform must write PNG");
            }
        } catch (IOException failed) {
            throw new RefusalException(
                    "Cannot write " + file + ": " + failed.getMessage() + "; name another file with --out", failed);
        }
    }
}
