package io.streamclr.augment.decode.raster;

import io.streamclr.augment.decode.format.OpenedImage;
import java.io.EOFException;
import java.io.IOException;

/** One BMP image in runs. What no run reaches has the first colour; what goes beyond a line is not seen. */
final class RunLengthBmp implements OpenedImage {

    private static final int END_OF_LINE = 0;
    private static final int END = 1;
    private static final int JUMP = 2;

    private final byte[] file;
    private final int bits;
    private final int width;
    private final int height;
    private final byte[] palette;

    private int at;
    private int x;
    private int y;

    /** @param height negative where the first line is the upper one */
    RunLengthBmp(byte[] file, int at, int bits, int width, int height, byte[] palette) {
        this.file = file;
        this.at = at;
        this.bits = bits;
        this.width = width;
        this.height = height;
        this.palette = palette;
    }

    @Override
    public int width() {
        return width;
    }

    @Override
    public int height() {
        return Math.abs(height);
    }

    @Override
    public int bitsPerPixel() {
        return 24;
    }

    @Override
    public byte[] rgb() throws IOException {
        byte[] rgb = new byte[3 * width * height()];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = palette[i % 3];
        }
        while (y < height()) {
            if (at + 1 >= file.length && y == height() - 1 && x >= width) {
                return rgb;
            }
            int count = next();
            int value = next();
            if (count > 0) {
                for (int i = 0; i < count && x < width; i++) {
                    set(rgb, indexIn(value, i));
                }
            } else if (value == END) {
                return rgb;
            } else if (value == END_OF_LINE) {
                x = 0;
                y++;
            } else if (value == JUMP) {
                x = Math.min(width, x + next());
                y += next();
            } else {
                copy(rgb, value);
            }
        }
        return rgb;
    }

    /** Indices as they are, filled up to an even number of bytes. */
    private void copy(byte[] rgb, int count) throws IOException {
        int perByte = 8 / bits;
        int bytes = (count + perByte - 1) / perByte;
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = i % perByte == 0 ? next() : value;
            set(rgb, indexIn(value, i));
        }
        at += bytes % 2;
    }

    private int indexIn(int value, int i) {
        return bits == 8 ? value : i % 2 == 0 ? value >> 4 : value & 15;
    }

    private void set(byte[] rgb, int index) {
        if (x < width) {
            int row = height < 0 ? y : height - 1 - y;
            System.arraycopy(palette, 3 * index, rgb, 3 * (row * width + x++), 3);
        }
    }

    private int next() throws IOException {
        if (at >= file.length) {
            throw new EOFException("the BMP file ends before its runs do");
        }
        return file[at++] & 0xff;
    }
}
