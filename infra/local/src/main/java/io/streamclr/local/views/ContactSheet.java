package io.streamclr.local.views;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * Many pairs in one picture: for each the original with both crop boxes, and the two views, framed in the colours of
 * their boxes. Draws no text, so it needs no font.
 */
public final class ContactSheet {

    private static final Color FIRST = new Color(0xd1495b);
    private static final Color SECOND = new Color(0x1f78b4);
    private static final int GAP = 6;
    private static final int BETWEEN_PAIRS = 18;

    private final int columns;
    private final int tile;
    private final Sheet sheet;

    /**
     * @param pairs how many it will hold, 1 or more
     * @param columns pairs in a row
     * @param tile width and height of one picture, in pixels
     */
    public ContactSheet(int pairs, int columns, int tile) {
        this.columns = Math.min(columns, pairs);
        this.tile = tile;
        int rows = (pairs + this.columns - 1) / this.columns;
        this.sheet =
                new Sheet(this.columns * pairWidth() + BETWEEN_PAIRS, rows * (tile + BETWEEN_PAIRS) + BETWEEN_PAIRS);
    }

    private int pairWidth() {
        return 3 * tile + 2 * GAP + BETWEEN_PAIRS;
    }

    /** Draws pair number {@code index}, 0 for the first. */
    public void draw(int index, Pixels original, ViewPair pair) {
        int left = BETWEEN_PAIRS + index % columns * pairWidth();
        int top = BETWEEN_PAIRS + index / columns * (tile + BETWEEN_PAIRS);
        double scale = tile / (double) Math.max(original.width(), original.height());
        sheet.place(original.width(), original.height(), ByteBuffer.wrap(original.rgb()), left, top, tile);
        box(pair.getFirst().getLineage().getCrop(), FIRST, left, top, scale);
        box(pair.getSecond().getLineage().getCrop(), SECOND, left, top, scale);
        view(pair.getFirst(), FIRST, left + tile + GAP, top);
        view(pair.getSecond(), SECOND, left + 2 * (tile + GAP), top);
    }

    private void view(View view, Color frame, int left, int top) {
        sheet.place(view.getWidth(), view.getHeight(), view.getPixels(), left, top, tile);
        sheet.outline(new Rectangle2D.Double(left - 1, top - 1, tile + 1, tile + 1), frame);
    }

    private void box(CropBox crop, Color colour, int left, int top, double scale) {
        Rectangle2D shown = new Rectangle2D.Double(
                left + crop.getX() * scale,
                top + crop.getY() * scale,
                crop.getWidth() * scale,
                crop.getHeight() * scale);
        sheet.outline(shown, colour);
    }

    /** @throws RefusalException if the file cannot be written */
    public void write(Path file) {
        sheet.write(file);
    }
}
