package io.streamclr.augment.decode.raster;

import io.streamclr.augment.decode.format.OpenedImage;
import io.streamclr.augment.decode.format.White;
import java.io.EOFException;
import java.io.IOException;

/** One PNM image; levels are rounded to the nearest. */
final class PnmImage implements OpenedImage {

    private final byte[] file;
    private final PnmHeader header;
    private final PnmWords words;

    PnmImage(byte[] file, PnmHeader header, PnmWords words) {
        this.file = file;
        this.header = header;
        this.words = words;
    }

    @Override
    public int width() {
        return header.width();
    }

    @Override
    public int height() {
        return header.height();
    }

    @Override
    public int bitsPerPixel() {
        return 24;
    }

    @Override
    public byte[] rgb() throws IOException {
        if (header.rowBytes() * header.height() > file.length - (long) words.at()) {
            throw new EOFException("the PNM file ends before its pixels do");
        }
        int width = header.width();
        byte[] rgb = new byte[3 * width * header.height()];
        int[] row = new int[width * header.depth()];
        for (int y = 0; y < header.height(); y++) {
            read(y, row);
            int to = 3 * width * (floating() ? header.height() - 1 - y : y);
            for (int x = 0; x < width; x++) {
                write(row, x * header.depth(), rgb, to + 3 * x);
            }
        }
        return rgb;
    }

    private boolean floating() {
        return header.greatest() == 0;
    }

    private void read(int y, int[] row) throws IOException {
        int from = words.at() + (int) (header.rowBytes() * y);
        for (int i = 0; i < row.length; i++) {
            row[i] = switch (header.form()) {
                case WORDS -> level(words.number());
                case BIT_WORDS -> 255 * (1 - words.bit());
                case BITS -> 255 * (1 - (file[from + i / 8] >> (7 - i % 8) & 1));
                case BYTES -> level(header.greatest() > 255 ? two(from + 2 * i) : file[from + i] & 0xff);
                case BIG_ENDIAN_FLOATS -> FloatLevel.of(Float.intBitsToFloat(four(from + 4 * i)));
                case LITTLE_ENDIAN_FLOATS ->
                    FloatLevel.of(Float.intBitsToFloat(Integer.reverseBytes(four(from + 4 * i))));
            };
        }
    }

    private int two(int at) {
        return (file[at] & 0xff) << 8 | (file[at + 1] & 0xff);
    }

    private int four(int at) {
        return two(at) << 16 | two(at + 2);
    }

    private int level(int value) {
        int greatest = header.greatest();
        return (int) ((Math.min(value, greatest) * 255L + greatest / 2) / greatest);
    }

    private void write(int[] row, int at, byte[] rgb, int to) {
        int opacity = header.alpha() ? row[at + header.colours()] : 255;
        for (int channel = 0; channel < 3; channel++) {
            int value = row[at + (header.colours() == 1 ? 0 : channel)];
            if (header.colours() == 4) {
                value = ((255 - value) * (255 - row[at + 3]) + 127) / 255;
            }
            rgb[to + channel] = (byte) White.under(value, opacity);
        }
    }
}
