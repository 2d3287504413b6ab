package io.streamclr.augment.decode;

import io.streamclr.augment.decode.tiff.TiffDirectory;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Files that hold more than one image, or one in another: gives readers the one image that is wanted and no more, and
 * refuses what no reader here would notice before it has allocated for it.
 */
final class Containers {

    private static final int ICON = 0x00000100;
    private static final int CURSOR = 0x00000200;
    private static final int ICON_HEAD = 22;
    private static final int MOST_ICON_SIDE = 256;
    private static final int OLD_BITMAP_HEAD = 12;
    private static final int BITMAP_HEAD = 40;
    private static final int MOST_COLOURS = 256;
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
            return imageInside(file, content.order(ByteOrder.LITTLE_ENDIAN));
        }
        if (magic == PSD) {
            return withoutResources(file, content);
        }
        if (magic >>> 16 == BMP) {
            requirePixelsInside(content.order(ByteOrder.LITTLE_ENDIAN));
            return file;
        }
        if (TiffDirectory.starts(content)) {
            TiffFile.require(content, limits);
        }
        return file;
    }

    /**
     * An icon may hold a whole PNG file, or a bitmap; both name sides of their own, and the reader believes them.
     *
     * @param icon little-endian
     */
    private static byte[] imageInside(byte[] file, ByteBuffer icon) throws IOException {
        if (file.length < ICON_HEAD) {
            return file;
        }
        long length = icon.getInt(14) & 0xffffffffL;
        long inside = icon.getInt(18) & 0xffffffffL;
        if (inside + 12 > file.length) {
            throw new IOException("the icon ends before its image begins");
        }
        int at = (int) inside;
        if (Integer.reverseBytes(icon.getInt(at)) == PNG) {
            return Arrays.copyOfRange(file, at, (int) Math.min(file.length, inside + length));
        }
        requireModestBitmap(icon, at);
        return file;
    }

    private static void requireModestBitmap(ByteBuffer icon, int at) throws IOException {
        boolean old = icon.getInt(at) == OLD_BITMAP_HEAD;
        int width = old ? icon.getShort(at + 4) & 0xffff : icon.getInt(at + 4);
        int height = old ? icon.getShort(at + 6) & 0xffff : icon.getInt(at + 8);
        // The height counts the mask's rows, too.
        if (width < 0 || width > MOST_ICON_SIDE || height < 0 || height > 2 * MOST_ICON_SIDE) {
            throw new IOException("the icon holds a bitmap of " + width + " x " + height + " pixels, but none has more"
                    + " than " + MOST_ICON_SIDE + " x " + 2 * MOST_ICON_SIDE);
        }
        boolean palette = !old && at + BITMAP_HEAD <= icon.limit() && icon.getShort(at + 14) <= 8;
        if (palette && Integer.toUnsignedLong(icon.getInt(at + 32)) > MOST_COLOURS) {
            throw new IOException("the icon's palette claims more than " + MOST_COLOURS + " colours");
        }
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
        long behind = resources + 4 + (psd.getInt((int) resources) & 0xffffffffL);
        if (behind > file.length) {
            return file;
        }
        int head = (int) resources;
        byte[] bare = new byte[head + 4 + file.length - (int) behind];
        System.arraycopy(file, 0, bare, 0, head);
        System.arraycopy(file, (int) behind, bare, head + 4, file.length - (int) behind);
        return bare;
    }
}
