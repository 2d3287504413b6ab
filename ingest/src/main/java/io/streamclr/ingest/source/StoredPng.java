package io.streamclr.ingest.source;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.Adler32;
import java.util.zip.CRC32;

/**
 * Writes 8-bit grey and RGB pictures as PNG (ISO/IEC 15948), without loss. The image id is the hash of these bytes, so they are
 * the same on every machine: the pixels lie in stored deflate blocks, because what a compressor makes of them depends on
 * the zlib that the Java platform was built with. A grey picture of 28 x 28 takes 880 bytes.
 */
final class StoredPng {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    /** A chunk's length, type and checksum. */
    private static final int CHUNK_FRAME = 12;

    private static final int STORED_BLOCK = 65_535;

    /** The colour types of PNG. */
    private static final int GREY = 0;

    private static final int RGB = 2;

    private StoredPng() {}

    /**
     * @param pixels shape (height, width), row-major, 0 black to 255 white
     * @param width 1 or more, in pixels
     * @param height 1 or more, in pixels
     */
    static byte[] grey(byte[] pixels, int width, int height) {
        return encode(pixels, width, height, 1);
    }

    /** The same of pixels of shape (height, width, 3): red, green, blue. */
    static byte[] rgb(byte[] pixels, int width, int height) {
        return encode(pixels, width, height, 3);
    }

    private static byte[] encode(byte[] pixels, int width, int height, int channels) {
        if (width < 1 || height < 1 || pixels.length != (long) width * height * channels) {
            throw new IllegalArgumentException("A picture of " + width + " x " + height + " pixels in " + channels
                    + " channels does not have " + pixels.length + " bytes");
        }
        int row = width * channels;
        byte[] rows = new byte[height * (row + 1)]; // each row begins with its filter, 0 for none
        for (int y = 0; y < height; y++) {
            System.arraycopy(pixels, y * row, rows, y * (row + 1) + 1, row);
        }
        int blocks = (rows.length + STORED_BLOCK - 1) / STORED_BLOCK;
        int zlibBytes = 2 + 5 * blocks + rows.length + 4;
        ByteBuffer png =
                ByteBuffer.allocate(SIGNATURE.length + CHUNK_FRAME + 13 + CHUNK_FRAME + zlibBytes + CHUNK_FRAME);
        png.put(SIGNATURE);

        int header = begin(png, "IHDR", 13);
        png.putInt(width).putInt(height);
        png.put((byte) 8).put((byte) (channels == 1 ? GREY : RGB)); // 8 bits a channel
        png.put((byte) 0).put((byte) 0).put((byte) 0); // the only compression, the usual filters, not interlaced
        end(png, header);

        int data = begin(png, "IDAT", zlibBytes);
        png.put((byte) 0x78).put((byte) 0x01);
        for (int from = 0; from < rows.length; from += STORED_BLOCK) {
            int length = Math.min(STORED_BLOCK, rows.length - from);
            png.put((byte) (from + length == rows.length ? 1 : 0));
            putLittleEndian(png, length);
            putLittleEndian(png, ~length);
            png.put(rows, from, length);
        }
        Adler32 adler = new Adler32();
        adler.update(rows);
        png.putInt((int) adler.getValue());
        end(png, data);

        end(png, begin(png, "IEND", 0));
        return png.array();
    }

    private static void putLittleEndian(ByteBuffer png, int value) {
        png.put((byte) value).put((byte) (value >>> 8));
    }

    /** Returns where the checksum of the chunk begins to count. */
    private static int begin(ByteBuffer png, String type, int length) {
        png.putInt(length);
        int from = png.position();
        png.put(type.getBytes(StandardCharsets.US_ASCII));
        return from;
    }

    private static void end(ByteBuffer png, int from) {
        CRC32 crc = new CRC32();
        crc.update(png.array(), from, png.position() - from);
        png.putInt((int) crc.getValue());
    }
}
