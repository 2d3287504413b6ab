package io.streamclr.augment.decode;

import io.streamclr.augment.decode.tiff.TiffDirectory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds how an image is to be turned so that what was up when it was taken is up: tag 274 of the first directory of TIFF
 * metadata (EXIF 2.3), which JPEG, PNG and WebP files carry in a segment or chunk, and a TIFF file is itself. What makes no
 * sense counts as upright.
 */
final class Orientation {

    static final int UPRIGHT = 1;

    private static final int TAG = 0x0112;
    private static final byte[] EXIF = {'E', 'x', 'i', 'f', 0, 0};
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final byte[] WEBP = {'W', 'E', 'B', 'P'};

    private Orientation() {}

    /** Of a PNG, WebP or TIFF file, 1 (upright) to 8; 1 for all others. */
    static int of(byte[] file) {
        if (startsWith(file, 0, PNG)) {
            return ofChunk(ByteBuffer.wrap(file), PNG.length, 0, "eXIf", 12);
        }
        if (startsWith(file, 8, WEBP)) {
            return ofChunk(ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN), 12, 4, "EXIF", 8);
        }
        return ofTiff(ByteBuffer.wrap(file));
    }

    /** Of EXIF metadata that lies between two places of a file, with or without the name before it. */
    static int ofExif(byte[] file, int from, int to) {
        int start = startsWith(file, from, EXIF) ? from + EXIF.length : from;
        return start > to
                ? UPRIGHT
                : ofTiff(ByteBuffer.wrap(file, start, to - start).slice());
    }

    private static boolean startsWith(byte[] file, int at, byte[] beginning) {
        int end = at + beginning.length;
        return end <= file.length && Arrays.equals(file, at, end, beginning, 0, beginning.length);
    }

    /**
     * Goes from chunk to chunk: a length and a name of four bytes each, and the content.
     *
     * @param lengthAt where the length stands in a chunk, 0 or 4; the name has the other place
     * @param around bytes of a chunk besides its content
     */
    private static int ofChunk(ByteBuffer file, int first, int lengthAt, String name, int around) {
        byte[] wanted = name.getBytes(StandardCharsets.US_ASCII);
        long at = first;
        while (at + 8 <= file.limit()) {
            int chunk = (int) at;
            long length = file.getInt(chunk + lengthAt) & 0xffffffffL;
            if (startsWith(file.array(), chunk + 4 - lengthAt, wanted)) {
                return ofExif(file.array(), chunk + 8, (int) Math.min(file.limit(), at + 8 + length));
            }
            // RIFF chunks begin at even places; those of PNG at any.
            at += around + length + (lengthAt == 4 ? length & 1 : 0);
        }
        return UPRIGHT;
    }

    private static int ofTiff(ByteBuffer tiff) {
        if (tiff.limit() < 8 || !TiffDirectory.starts(tiff)) {
            return UPRIGHT;
        }
        long value = TiffDirectory.of(tiff).number(TAG, UPRIGHT);
        return value >= 1 && value <= 8 ? (int) value : UPRIGHT;
    }
}
