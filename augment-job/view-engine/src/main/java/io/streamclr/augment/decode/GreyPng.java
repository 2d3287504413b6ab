package io.streamclr.augment.decode;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;

/**
 * Grey PNG files of 2 or 4 bits with a transparent shade, which the JDK's reader passes over: it sees that of a palette, so
 * they are given one of as many greys. The rows stay as they are.
 */
final class GreyPng {

    private static final int SIGNATURE = 8;
    private static final int HEADER = 0x49484452;
    private static final int PALETTE = 0x504C5445;
    private static final int TRANSPARENCY = 0x74524E53;
    private static final int DATA = 0x49444154;
    private static final int END = 0x49454E44;
    private static final int AROUND = 12;
    private static final int HEADER_BYTES = 13;
    private static final int BITS = SIGNATURE + 8 + 8;
    private static final byte INDEXED = 3;

    private final byte[] file;
    private final ByteBuffer png;
    private final ByteArrayOutputStream changed = new ByteArrayOutputStream();

    private GreyPng(byte[] file) {
        this.file = file;
        this.png = ByteBuffer.wrap(file);
    }

    /** The file as the JDK's reader may have it: often the same array. */
    static byte[] withPalette(byte[] file) {
        GreyPng grey = new GreyPng(file);
        return grey.needsPalette() ? grey.changed() : file;
    }

    private boolean needsPalette() {
        return file.length > SIGNATURE + AROUND + HEADER_BYTES
                && png.getInt(SIGNATURE + 4) == HEADER
                && png.getInt(SIGNATURE) == HEADER_BYTES
                && (file[BITS] == 2 || file[BITS] == 4)
                && file[BITS + 1] == 0
                && shade() >= 0;
    }

    /** The shade that is transparent; -1 if none is. */
    private int shade() {
        for (long at = SIGNATURE; at + 10 <= file.length; at += AROUND + length(at)) {
            int kind = png.getInt((int) at + 4);
            if (kind == DATA) {
                break;
            }
            if (kind == TRANSPARENCY && length(at) >= 2) {
                return png.getShort((int) at + 8) & ((1 << file[BITS]) - 1);
            }
        }
        return -1;
    }

    private long length(long chunk) {
        return Integer.toUnsignedLong(png.getInt((int) chunk));
    }

    private byte[] changed() {
        int shades = 1 << file[BITS];
        byte[] greys = new byte[3 * shades];
        byte[] opacity = new byte[shades];
        for (int shade = 0; shade < shades; shade++) {
            byte level = (byte) (shade * 255 / (shades - 1));
            greys[3 * shade] = level;
            greys[3 * shade + 1] = level;
            greys[3 * shade + 2] = level;
            opacity[shade] = -1;
        }
        opacity[shade()] = 0;
        byte[] header = new byte[HEADER_BYTES];
        png.get(SIGNATURE + 8, header);
        header[9] = INDEXED;
        changed.write(file, 0, SIGNATURE);
        write(HEADER, header, 0, header.length);
        write(PALETTE, greys, 0, greys.length);
        write(TRANSPARENCY, opacity, 0, opacity.length);
        for (long at = SIGNATURE; at + 8 <= file.length; at += AROUND + length(at)) {
            int kind = png.getInt((int) at + 4);
            if (kind == DATA || kind == END) {
                write(kind, file, (int) at + 8, (int) Math.min(length(at), file.length - at - 8));
            }
        }
        return changed.toByteArray();
    }

    private void write(int kind, byte[] from, int at, int length) {
        byte[] head = ByteBuffer.allocate(8).putInt(length).putInt(kind).array();
        CRC32 sum = new CRC32();
        sum.update(head, 4, 4);
        sum.update(from, at, length);
        changed.writeBytes(head);
        changed.write(from, at, length);
        changed.writeBytes(ByteBuffer.allocate(4).putInt((int) sum.getValue()).array());
    }
}
