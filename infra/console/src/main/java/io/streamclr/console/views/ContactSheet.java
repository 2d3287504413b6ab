package io.streamclr.console.views;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.CropBox;
import io.streamclr.schemas.record.View;
import io.streamclr.schemas.record.ViewPair;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Many pairs in one picture: for each the original with both crop boxes, and the two views, framed in the colours of
 * their boxes; below them in words where the pair comes from and how each view was rendered. Where Java finds no fonts, as
 * in a bare container, the words are left out.
 */
public final class ContactSheet {

    private static final Color INK = new Color(0x333333);
    private static final Color FIRST = new Color(0xd1495b);
    private static final Color SECOND = new Color(0x1f78b4);
    private static final int GAP = 8;
    private static final int BETWEEN_PAIRS = 24;
    private static final int MOST_COLUMNS = 3;

    /** Each takes four bytes of memory. */
    private static final long MOST_PIXELS = 64_000_000;

    /**
     * A pair and what is said of it.
     *
     * @param caption lines that stand below the original
     */
    public record Captioned(ViewPair pair, List<String> caption) {

        private List<String> first() {
            return LineageText.lines(pair.getFirst().getLineage());
        }

        private List<String> second() {
            return LineageText.lines(pair.getSecond().getLineage());
        }

        private int lines() {
            return Math.max(caption.size(), Math.max(first().size(), second().size()));
        }
    }

    private final List<Captioned> pairs;
    private final int columns;
    private final int tile;
    private final int pairHeight;
    private final CaptionedSheet sheet;

    /**
     * An empty sheet for these pairs.
     *
     * @param pairs 1 or more
     * @param tile width and height of one picture, in pixels
     * @throws RefusalException if the sheet would be too large
     */
    public ContactSheet(List<Captioned> pairs, int tile) {
        this.pairs = List.copyOf(pairs);
        this.columns = Math.min(MOST_COLUMNS, (int) Math.ceil(Math.sqrt(pairs.size())));
        this.tile = tile;
        int fontPixels = Math.max(10, Math.min(18, tile / 13));
        int lines = pairs.stream().mapToInt(Captioned::lines).max().orElse(0);
        int words = CaptionedSheet.canWrite() ? GAP + lines * CaptionedSheet.lineHeight(fontPixels) : 0;
        this.pairHeight = tile + words + BETWEEN_PAIRS;
        int rows = (pairs.size() + columns - 1) / columns;
        long width = (long) columns * pairWidth() + BETWEEN_PAIRS;
        long height = (long) rows * pairHeight + BETWEEN_PAIRS;
        if (width * height > MOST_PIXELS) {
            throw new RefusalException("A picture of " + pairs.size() + " pairs would have " + width + " x " + height
                    + " pixels, more than a viewer shows; ask for fewer with --count, or for smaller ones with --tile");
        }
        this.sheet = new CaptionedSheet((int) width, (int) height, fontPixels);
    }

    private int pairWidth() {
        return 3 * tile + 2 * GAP + BETWEEN_PAIRS;
    }

    /** Draws pair number {@code index}, 0 for the first, with the image that it was rendered from. */
    public void draw(int index, Pixels original) {
        ViewPair pair = pairs.get(index).pair();
        int left = left(index);
        int top = top(index);
        double scale = tile / (double) Math.max(original.width(), original.height());
        sheet.place(original.width(), original.height(), ByteBuffer.wrap(original.rgb()), left, top, tile);
        box(pair.getFirst().getLineage().getCrop(), FIRST, left, top, scale);
        box(pair.getSecond().getLineage().getCrop(), SECOND, left, top, scale);
        drawWithoutOriginal(index);
    }

    private int left(int index) {
        return BETWEEN_PAIRS + index % columns * pairWidth();
    }

    private int top(int index) {
        return BETWEEN_PAIRS + index / columns * pairHeight;
    }

    /** Draws the two views of a pair, and what is said of it. */
    public void drawWithoutOriginal(int index) {
        Captioned captioned = pairs.get(index);
        ViewPair pair = captioned.pair();
        int left = left(index);
        int top = top(index);
        int first = left + tile + GAP;
        int second = first + tile + GAP;
        view(pair.getFirst(), FIRST, first, top);
        view(pair.getSecond(), SECOND, second, top);
        int below = top + tile + GAP;
        sheet.write(captioned.caption(), INK, left, below, tile);
        sheet.write(captioned.first(), FIRST.darker(), first, below, tile);
        sheet.write(captioned.second(), SECOND.darker(), second, below, tile);
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
        sheet.outlineOnPicture(shown, colour);
    }

    /** @throws RefusalException if the file cannot be written */
    public void write(Path file) {
        sheet.write(file);
    }
}
