package io.streamclr.console.embed;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.console.views.CaptionedSheet;
import java.awt.Color;
import java.awt.geom.Rectangle2D;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** The image that was asked for, framed, and after it those that were found, nearest first, row by row. */
final class ResultSheet {

    private static final Color ASKED = new Color(0xd1495b);
    private static final int TILE = 128;
    private static final int GAP = 12;
    private static final int COLUMNS = 6;

    private final CaptionedSheet sheet;

    /** @param results how many will follow the image that was asked for, 1 or more */
    ResultSheet(int results, Pixels asked) {
        int columns = Math.min(COLUMNS, results + 1);
        int rows = (results + COLUMNS) / COLUMNS;
        this.sheet = new CaptionedSheet(columns * (TILE + GAP) + GAP, rows * (TILE + GAP) + GAP);
        place(0, asked);
        sheet.outline(new Rectangle2D.Double(GAP - 2, GAP - 2, TILE + 3, TILE + 3), ASKED);
    }

    /** Draws the result of this rank, 0 for the nearest. */
    void draw(int rank, Pixels picture) {
        place(rank + 1, picture);
    }

    private void place(int index, Pixels picture) {
        int left = GAP + index % COLUMNS * (TILE + GAP);
        int top = GAP + index / COLUMNS * (TILE + GAP);
        sheet.place(picture.width(), picture.height(), ByteBuffer.wrap(picture.rgb()), left, top, TILE);
    }

    void write(Path file) {
        sheet.write(file);
    }
}
