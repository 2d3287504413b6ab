package io.streamclr.augment.decode.raster;

import io.streamclr.augment.decode.format.OpenedImage;
import io.streamclr.augment.decode.format.White;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** The rows of one of Apple's PNG files: inflated, unfiltered (PNG, section 9) and, where they are, interlaced. */
final class Cgbi implements OpenedImage {

    /** Adam7: first column, first row, columns and rows from one pixel to the next. */
    private static final int[][] PASSES = {
        {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}
    };

    private static final int[][] ONE_PASS = {{0, 0, 1, 1}};

    private final int width;
    private final int height;
    private final int colours;
    private final int samples;
    private final boolean interlaced;
    private final byte[] deflated;

    Cgbi(int width, int height, boolean colour, boolean alpha, boolean interlaced, ByteArrayOutputStream rows) {
        this.width = width;
        this.height = height;
        this.colours = colour ? 3 : 1;
        this.samples = colours + (alpha ? 1 : 0);
        this.interlaced = interlaced;
        this.deflated = rows.toByteArray();
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return height;
    }

    @Override
    public int bitsPerPixel() {
        return 24;
    }

    @Override
    public byte[] rgb() throws IOException {
        byte[] rgb = new byte[3 * width * height];
        Inflater inflater = new Inflater(true);
        try (InputStream rows = new InflaterInputStream(new ByteArrayInputStream(deflated), inflater)) {
            for (int[] pass : interlaced ? PASSES : ONE_PASS) {
                read(rows, pass, rgb);
            }
        } finally {
            inflater.end();
        }
        return rgb;
    }

    private void read(InputStream rows, int[] pass, byte[] rgb) throws IOException {
        int columns = Math.max(0, (width - pass[0] + pass[2] - 1) / pass[2]);
        byte[] above = new byte[columns * samples];
        byte[] row = new byte[columns * samples];
        for (int y = pass[1]; columns > 0 && y < height; y += pass[3]) {
            int filter = rows.read();
            if (filter < 0 || rows.readNBytes(row, 0, row.length) < row.length) {
                throw new EOFException("the PNG file ends before its rows do");
            }
            unfilter(filter, row, above);
            for (int i = 0; i < columns; i++) {
                write(row, i * samples, rgb, 3 * (y * width + pass[0] + i * pass[2]));
            }
            byte[] spare = above;
            above = row;
            row = spare;
        }
    }

    private void unfilter(int filter, byte[] row, byte[] above) throws IOException {
        for (int i = 0; i < row.length; i++) {
            int left = i < samples ? 0 : row[i - samples] & 0xff;
            int up = above[i] & 0xff;
            int corner = i < samples ? 0 : above[i - samples] & 0xff;
            row[i] += (byte)
                    switch (filter) {
                        case 0 -> 0;
                        case 1 -> left;
                        case 2 -> up;
                        case 3 -> (left + up) / 2;
                        case 4 -> nearest(left, up, corner);
                        default -> throw new IOException("the PNG file has a row with the unknown filter " + filter);
                    };
        }
    }

    /** Paeth's predictor. */
    private static int nearest(int left, int up, int corner) {
        int toLeft = Math.abs(up - corner);
        int toUp = Math.abs(left - corner);
        int toCorner = Math.abs(left + up - 2 * corner);
        if (toLeft <= toUp && toLeft <= toCorner) {
            return left;
        }
        return toUp <= toCorner ? up : corner;
    }

    private void write(byte[] row, int at, byte[] rgb, int to) {
        int opacity = samples > colours ? row[at + colours] & 0xff : 255;
        for (int channel = 0; channel < 3; channel++) {
            int level = row[at + (colours == 1 ? 0 : 2 - channel)] & 0xff;
            rgb[to + channel] = (byte) White.underMultiplied(level, opacity);
        }
    }
}
