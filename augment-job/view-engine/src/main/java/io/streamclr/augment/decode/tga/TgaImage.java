package io.streamclr.augment.decode.tga;

import io.streamclr.augment.decode.format.OpenedImage;
import io.streamclr.augment.decode.format.White;
import java.io.EOFException;
import java.io.IOException;

/** The pixels of one TGA file. */
final class TgaImage implements OpenedImage {

    private static final int MOST_IN_A_RUN = 128;

    private final byte[] file;
    private final TgaHeader header;
    private int at;

    TgaImage(byte[] file, TgaHeader header) {
        this.file = file;
        this.header = header;
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
        int pixels = width() * height();
        requirePossible(pixels);
        byte[] rgb = new byte[3 * pixels];
        at = header.pixelsAt();
        if (!header.runs()) {
            for (int pixel = 0; pixel < pixels; pixel++) {
                put(rgb, pixel, at);
                at += header.pixelBytes();
            }
            return rgb;
        }
        for (int pixel = 0; pixel < pixels; ) {
            int packet = file[need(1)] & 0xff;
            // A run may go on into the next row, but not past the last.
            int count = Math.min((packet & 127) + 1, pixels - pixel);
            boolean same = packet > 127;
            int first = need(same ? header.pixelBytes() : count * header.pixelBytes());
            for (int i = 0; i < count; i++) {
                put(rgb, pixel++, same ? first : first + i * header.pixelBytes());
            }
        }
        return rgb;
    }

    /** Whether so few bytes can be so many pixels, before there is memory for them. */
    private void requirePossible(int pixels) throws IOException {
        long least = header.runs()
                ? (pixels + MOST_IN_A_RUN - 1L) / MOST_IN_A_RUN * (1 + header.pixelBytes())
                : (long) pixels * header.pixelBytes();
        if (header.pixelsAt() + least > file.length) {
            throw cutOff();
        }
    }

    private static EOFException cutOff() {
        return new EOFException("the TGA file ends before its image does");
    }

    /** Takes bytes, and says where they are. */
    private int need(int bytes) throws IOException {
        int from = at;
        if (bytes > file.length - from) {
            throw cutOff();
        }
        at += bytes;
        return from;
    }

    /**
     * Puts a pixel where it belongs.
     *
     * @param pixel its number in the order of the file
     * @param from where it begins in the file
     */
    private void put(byte[] rgb, int pixel, int from) throws IOException {
        int x = pixel % width();
        int y = pixel / width();
        int column = header.fromRight() ? width() - 1 - x : x;
        int row = header.fromBelow() ? height() - 1 - y : y;
        int to = 3 * (row * width() + column);
        if (header.palette()) {
            int index = (file[from] & 0xff) - header.firstColour();
            if (index < 0 || index >= header.colours()) {
                throw new IOException(
                        "the TGA file has a pixel of colour " + (file[from] & 0xff) + ", which is not in its palette");
            }
            putColour(rgb, to, header.paletteAt() + index * header.colourBytes(), header.colourBits());
        } else if (header.grey()) {
            int opacity = header.bits() == 16 ? file[from + 1] & 0xff : 255;
            byte grey = overWhite(file[from] & 0xff, opacity);
            rgb[to] = grey;
            rgb[to + 1] = grey;
            rgb[to + 2] = grey;
        } else {
            putColour(rgb, to, from, header.bits());
        }
    }

    /** Nobody agrees on what the highest of 16 bits means, so it means nothing; the fourth of four bytes is alpha. */
    private void putColour(byte[] rgb, int to, int from, int bits) {
        if (bits <= 16) {
            int value = (file[from] & 0xff) | ((file[from + 1] & 0xff) << 8);
            rgb[to] = eightBits(value >> 10 & 31);
            rgb[to + 1] = eightBits(value >> 5 & 31);
            rgb[to + 2] = eightBits(value & 31);
            return;
        }
        int opacity = bits == 32 ? file[from + 3] & 0xff : 255;
        rgb[to] = overWhite(file[from + 2] & 0xff, opacity);
        rgb[to + 1] = overWhite(file[from + 1] & 0xff, opacity);
        rgb[to + 2] = overWhite(file[from] & 0xff, opacity);
    }

    private static byte eightBits(int five) {
        return (byte) ((five * 255 + 15) / 31);
    }

    private static byte overWhite(int value, int opacity) {
        return (byte) White.under(value, opacity);
    }
}
