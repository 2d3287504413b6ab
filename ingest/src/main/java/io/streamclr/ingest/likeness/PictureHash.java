package io.streamclr.ingest.likeness;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.OptionalLong;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * A difference hash of 64 bits: the picture is averaged to 9 x 8 grey cells, and each bit says whether a cell is
 * brighter than its right neighbour. Scaling, compression and brightness change few bits; cropping and mirroring change
 * many. All arithmetic is in whole numbers, so a picture has the same hash on every machine.
 */
public final class PictureHash {

    private static final int COLUMNS = 9;
    private static final int ROWS = 8;

    /** Beyond this a picture is not decoded. */
    private static final long MAX_PIXELS = 100_000_000;
    /** A picture is shrunk while it is decoded, as long as both sides keep this many pixels. */
    private static final int ENOUGH_PIXELS = 256;
    /** Cells that differ by less, in 1/255 of the brightness, are alike up to noise. */
    private static final int LEAST_DIFFERENCE = 2;
    /** With fewer cells that differ, a picture is too plain to be told from others. */
    private static final int FEWEST_DIFFERENT = 20;

    private PictureHash() {}

    /** The hash; empty if the Java platform cannot decode the picture, or it is too plain or too large to be compared. */
    public static OptionalLong of(byte[] encoded) {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return OptionalLong.empty();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                int width = reader.getWidth(0);
                int height = reader.getHeight(0);
                if ((long) width * height > MAX_PIXELS || width < COLUMNS || height < ROWS) {
                    return OptionalLong.empty();
                }
                int step = Math.max(1, Math.min(width, height) / ENOUGH_PIXELS);
                ImageReadParam shrunk = reader.getDefaultReadParam();
                shrunk.setSourceRegion(new Rectangle(width, height));
                shrunk.setSourceSubsampling(step, step, 0, 0);
                return of(reader.read(0, shrunk));
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException undecodable) { // readers throw anything at hostile bytes
            return OptionalLong.empty();
        }
    }

    static OptionalLong of(BufferedImage picture) {
        int[] cells = cells(picture);
        long hash = 0;
        int different = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS - 1; column++) {
                int difference = cells[row * COLUMNS + column] - cells[row * COLUMNS + column + 1];
                hash = (hash << 1) | (difference > 0 ? 1 : 0);
                different += Math.abs(difference) >= LEAST_DIFFERENCE * 1000 ? 1 : 0;
            }
        }
        return different < FEWEST_DIFFERENT ? OptionalLong.empty() : OptionalLong.of(hash);
    }

    /** Mean brightness of each cell, 0 to 255,000. */
    private static int[] cells(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        int[] cells = new int[COLUMNS * ROWS];
        for (int row = 0; row < ROWS; row++) {
            int top = row * height / ROWS;
            int bottom = (row + 1) * height / ROWS;
            int[] band = picture.getRGB(0, top, width, bottom - top, null, 0, width);
            for (int column = 0; column < COLUMNS; column++) {
                int left = column * width / COLUMNS;
                int right = (column + 1) * width / COLUMNS;
                long sum = 0;
                for (int y = 0; y < bottom - top; y++) {
                    for (int x = left; x < right; x++) {
                        int colour = band[y * width + x];
                        sum += 299 * ((colour >> 16) & 0xff) + 587 * ((colour >> 8) & 0xff) + 114 * (colour & 0xff);
                    }
                }
                cells[row * COLUMNS + column] = (int) (sum / ((long) (bottom - top) * (right - left)));
            }
        }
        return cells;
    }
}
