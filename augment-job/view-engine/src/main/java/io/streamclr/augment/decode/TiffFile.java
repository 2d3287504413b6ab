package io.streamclr.augment.decode;

import io.streamclr.augment.decode.format.TooLargeException;
import io.streamclr.augment.decode.jpeg.Marker;
import io.streamclr.augment.decode.tiff.TiffDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Of TIFF files that are left to ImageIO's reader (JPEG, CCITT, CMYK with a profile), refuses those that it would get wrong,
 * and those whose strips or tiles ask for more than their image does: the reader believes a tile's sides and those
 * of a JPEG within it before it looks at its own.
 */
final class TiffFile {

    private static final int WIDTH = 256;
    private static final int HEIGHT = 257;
    private static final int COMPRESSION = 259;
    private static final int STRIP_OFFSETS = 273;
    private static final int BANDS = 277;
    private static final int ROWS_PER_STRIP = 278;
    private static final int STRIP_BYTES = 279;
    private static final int PLANAR = 284;
    private static final int TILE_WIDTH = 322;
    private static final int TILE_HEIGHT = 323;
    private static final int TILE_OFFSETS = 324;
    private static final int TILE_BYTES = 325;
    private static final int[] MEASURES = {
        WIDTH,
        HEIGHT,
        COMPRESSION,
        STRIP_OFFSETS,
        BANDS,
        ROWS_PER_STRIP,
        STRIP_BYTES,
        PLANAR,
        TILE_WIDTH,
        TILE_HEIGHT,
        TILE_OFFSETS,
        TILE_BYTES
    };

    /** Colours and alpha are five at most; satellites have hundreds. */
    private static final int MOST_BANDS = 256;

    private static final int OLD_JPEG = 6;
    private static final int JPEG = 7;
    private static final int DEFLATE = 8;
    private static final int PACK_BITS = 32_773;
    private static final int OLD_DEFLATE = 32_946;

    /** Each strip or tile costs its reader some microseconds, however small it is. */
    private static final int MOST_PARTS = 100_000;

    /** Segments before the scan of a JPEG; encoders write about ten. */
    private static final int MOST_SEGMENTS = 64;

    /** A JPEG tile is filled up to whole blocks, so all together may have more pixels than the image, by far not twice. */
    private static final int PADDING = 2;

    private TiffFile() {}

    /**
     * The file as its reader may have it.
     *
     * @throws TooLargeException if more than the limits allow is asked for
     */
    static byte[] bare(byte[] file, DecodeLimits limits) throws IOException {
        TiffDirectory directory = TiffDirectory.of(ByteBuffer.wrap(file));
        require(ByteBuffer.wrap(file), directory, limits);
        if (directory.number(COMPRESSION, 1) != PACK_BITS) {
            return file;
        }
        boolean tiled = directory.has(TILE_OFFSETS);
        return PackedTiff.nothingLast(
                file, directory, tiled ? TILE_OFFSETS : STRIP_OFFSETS, tiled ? TILE_BYTES : STRIP_BYTES);
    }

    private static void require(ByteBuffer file, TiffDirectory directory, DecodeLimits limits) throws IOException {
        if (directory.ambiguous()) {
            throw new IOException("the TIFF file says something twice");
        }
        for (int tag : MEASURES) {
            if (directory.has(tag) && !directory.isNumber(tag)) {
                throw new IOException("the TIFF file has no whole number under tag " + tag);
            }
        }
        long width = directory.number(WIDTH, 0);
        long height = directory.number(HEIGHT, 0);
        long partWidth = directory.number(TILE_WIDTH, width);
        long partHeight = directory.number(TILE_HEIGHT, Math.min(height, directory.number(ROWS_PER_STRIP, height)));
        if (Math.max(width, height) > limits.mostSide()) {
            return; // Refused by its header, like any other image.
        }
        if (directory.number(BANDS, 1) > MOST_BANDS) {
            throw new UnsupportedOperationException("a TIFF file of more than " + MOST_BANDS + " bands");
        }
        if (partWidth < 1 || partHeight < 1) {
            throw new IOException("the TIFF file has parts without pixels");
        }
        boolean wide = directory.has(TILE_WIDTH) && partWidth > limits.mostSide();
        boolean high = directory.has(TILE_HEIGHT) && partHeight > limits.mostSide();
        if (wide || high || partWidth * partHeight > limits.mostPixels()) {
            throw new TooLargeException(
                    "The image has parts of " + partWidth + " x " + partHeight + " pixels, allowed are sides up to "
                            + limits.mostSide() + " and " + limits.mostPixels() + " pixels");
        }
        long parts = ((width + partWidth - 1) / partWidth) * ((height + partHeight - 1) / partHeight);
        if (parts > MOST_PARTS) {
            throw new TooLargeException("The image has " + parts + " strips or tiles, allowed are " + MOST_PARTS);
        }
        long compression = directory.number(COMPRESSION, 1);
        if (compression == OLD_JPEG) {
            throw new UnsupportedOperationException("JPEG in TIFF in its old form, which TIFF has given up in 1995");
        }
        if (compression > JPEG && compression != DEFLATE && compression != OLD_DEFLATE && compression != PACK_BITS) {
            throw new UnsupportedOperationException("CMYK with a profile in a TIFF file of compression " + compression);
        }
        if (compression == JPEG && directory.number(PLANAR, 1) == 2 && directory.number(BANDS, 1) > 1) {
            throw new UnsupportedOperationException("a TIFF file whose JPEG parts hold a single band each");
        }
        if (compression == JPEG) {
            requireModestJpegs(file, directory, parts, limits);
        }
    }

    private static void requireModestJpegs(ByteBuffer file, TiffDirectory directory, long parts, DecodeLimits limits)
            throws IOException {
        int offsets = directory.has(TILE_OFFSETS) ? TILE_OFFSETS : STRIP_OFFSETS;
        long pixels = 0;
        for (long part = 0; part < parts; part++) {
            long from = directory.number(offsets, part, file.limit());
            if (from >= 0 && from < file.limit()) {
                pixels += pixelsOfJpeg(file, (int) from);
            }
            if (pixels > PADDING * limits.mostPixels()) {
                throw new TooLargeException(
                        "The image has JPEG parts of more than " + PADDING * limits.mostPixels() + " pixels");
            }
        }
    }

    /**
     * Pixels of a JPEG part that is decoded in one go; 0 where none begins.
     *
     * @throws UnsupportedOperationException if it has several scans, each of which would cost the time of all its pixels
     */
    private static long pixelsOfJpeg(ByteBuffer file, int from) {
        long pixels = 0;
        int components = 0;
        int at = from + 2;
        for (int segment = 0; segment < MOST_SEGMENTS && at + 10 <= file.limit() && file.get(at) == -1; segment++) {
            int marker = file.get(at + 1) & 0xff;
            if (marker == 0xDA) {
                if (file.get(at + 4) != components) {
                    break;
                }
                return pixels;
            }
            if (Marker.startsFrame(marker)) {
                if (marker > 0xC1) {
                    break;
                }
                pixels = (long) (file.getShort(at + 5) & 0xffff) * (file.getShort(at + 7) & 0xffff);
                components = file.get(at + 9);
            }
            at += 2 + (file.getShort(at + 2) & 0xffff);
        }
        throw new UnsupportedOperationException("a TIFF file with JPEG parts of several scans, or of none");
    }
}
