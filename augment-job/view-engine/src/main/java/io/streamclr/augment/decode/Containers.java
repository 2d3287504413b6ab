package io.streamclr.augment.decode;

import io.streamclr.augment.decode.format.TooLargeException;
import io.streamclr.augment.decode.tiff.TiffDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Files that hold more than one image, or one in another: gives readers the one image that is wanted and no more, and
 * refuses what no reader here would notice before it has allocated for it.
 */
final class Containers {

    private static final int ICON = 0x00000100;
    private static final int CURSOR = 0x00000200;
    private static final int PSD = 0x38425053;
    private static final int PNG = 0x89504E47;
    private static final int PSD_HEAD = 26;
    private static final int BMP = 0x424D;
    private static final int BMP_PIXELS = 10;

    private Containers() {}

    /**
     * The file as readers may have it: often the same array.
     *
     * @throws TooLargeException if what is inside is larger than the limits allow
     * @throws IOException if it is broken, or of a kind that is not read
     */
    static byte[] bare(byte[] file, DecodeLimits limits) throws IOException {
        ByteBuffer content = ByteBuffer.wrap(file);
        if (file.length < 16) {
            return file;
        }
        int magic = content.getInt(0);
        if (magic == ICON || magic == CURSOR) {
            return GreyPng.withPalette(Icon.largest(file));
        }
        if (magic == PNG) {
            return GreyPng.withPalette(file);
        }
        if (magic == PSD) {
            return withoutResources(file, content);
        }
        if (magic >>> 16 == BMP) {
            requirePixelsInside(content.order(ByteOrder.LITTLE_ENDIAN));
            return file;
        }
        if (TiffDirectory.starts(content)) {
            return TiffFile.bare(file, limits);
        }
        return file;
    }

    /** A BMP file says where its pixels begin, and its reader takes all that stands before them for a palette. */
    private static void requirePixelsInside(ByteBuffer bmp) throws IOException {
        if (Integer.toUnsignedLong(bmp.getInt(BMP_PIXELS)) >= bmp.limit()) {
            throw new IOException("the BMP file ends before its pixels begin");
        }
    }

    /**
     * Resources of a PSD file are previews, profiles and what else editors keep. Without them its colours are the same
     * on every machine.
     */
    private static byte[] withoutResources(byte[] file, ByteBuffer psd) {
        if (file.length < PSD_HEAD + 8) {
            return file;
        }
        long resources = PSD_HEAD + 4 + (psd.getInt(PSD_HEAD) & 0xffffffffL);
        if (resources + 4 > file.length) {
            return file;
        }
        long after = resources + 4 + (psd.getInt((int) resources) & 0xffffffffL);
        if (after > file.length) {
            return file;
        }
        int head = (int) resources;
        byte[] bare = new byte[head + 4 + file.length - (int) after];
        System.arraycopy(file, 0, bare, 0, head);
        System.arraycopy(file, (int) after, bare, head + 4, file.length - (int) after);
        return PackedPsd.withoutNothing(bare, head + 4L);
    }
}
