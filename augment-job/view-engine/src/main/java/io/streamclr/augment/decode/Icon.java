package io.streamclr.augment.decode;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds the largest of an icon's or cursor's pictures; of several as large the one with most bits. Each is a whole PNG file
 * or a bitmap, and names sides of its own, which the reader believes.
 */
final class Icon {

    private static final int HEAD = 6;
    private static final int ENTRY = 16;
    private static final int MOST_SIDE = 256;
    private static final int OLD_BITMAP_HEAD = 12;
    private static final int BITMAP_HEAD = 40;
    private static final int MOST_COLOURS = 256;
    private static final int PNG = 0x89504E47;

    private final byte[] file;
    private final ByteBuffer icon;

    private Icon(byte[] file) {
        this.file = file;
        this.icon = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** That picture alone: a PNG file, or an icon that holds no other. */
    static byte[] largest(byte[] file) throws IOException {
        return new Icon(file).largest();
    }

    private byte[] largest() throws IOException {
        int best = -1;
        for (int entry = HEAD; entry + ENTRY <= file.length && entry < HEAD + ENTRY * count(); entry += ENTRY) {
            if (holds(entry) && (best < 0 || rank(entry) > rank(best))) {
                best = entry;
            }
        }
        if (best < 0) {
            throw new IOException("the icon ends before its image begins");
        }
        int at = icon.getInt(best + 12);
        int end = (int) Math.min(file.length, at + Integer.toUnsignedLong(icon.getInt(best + 8)));
        if (isPng(at)) {
            return Arrays.copyOfRange(file, at, Math.max(at, end));
        }
        requireModestBitmap(at);
        byte[] alone = new byte[HEAD + ENTRY + file.length - at];
        ByteBuffer.wrap(alone)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(file, 0, HEAD - 2)
                .putShort((short) 1)
                .put(file, best, ENTRY - 4)
                .putInt(HEAD + ENTRY)
                .put(file, at, file.length - at);
        // Its reader makes room for as many colours as the entry's bits allow, of a mask too, which has two.
        alone[HEAD + 2] = bits(at) > 8 ? 2 : alone[HEAD + 2];
        alone[HEAD + 6] = (byte) bits(at);
        alone[HEAD + 7] = 0;
        return alone;
    }

    private int count() {
        return icon.getShort(4) & 0xffff;
    }

    private boolean holds(int entry) {
        return Integer.toUnsignedLong(icon.getInt(entry + 12)) + 16 <= file.length;
    }

    private boolean isPng(int at) {
        return Integer.reverseBytes(icon.getInt(at)) == PNG;
    }

    /** More for a larger picture, and then for a deeper one, by what it says itself. */
    private long rank(int entry) {
        int at = icon.getInt(entry + 12);
        long pixels = (long) side(icon.get(entry)) * side(icon.get(entry + 1));
        int bits = 0;
        if (isPng(at) && at + 26 <= file.length) {
            pixels = Integer.toUnsignedLong(Integer.reverseBytes(icon.getInt(at + 16)))
                    * (Integer.reverseBytes(icon.getInt(at + 20)) & 0x7fffffffL);
            bits = icon.get(at + 24) * samples(icon.get(at + 25));
        } else if (!isPng(at)) {
            bits = bits(at);
        }
        return Math.min(pixels, Long.MAX_VALUE >> 8) << 8 | Math.min(255, Math.max(0, bits));
    }

    private int bits(int bitmap) {
        return icon.getShort(bitmap + (icon.getInt(bitmap) == OLD_BITMAP_HEAD ? 10 : 14)) & 0xff;
    }

    private static int side(byte stored) {
        return stored == 0 ? MOST_SIDE : stored & 0xff;
    }

    /** Of a pixel of this colour type of PNG. */
    private static int samples(int type) {
        return switch (type) {
            case 2 -> 3;
            case 4 -> 2;
            case 6 -> 4;
            default -> 1;
        };
    }

    private void requireModestBitmap(int at) throws IOException {
        boolean old = icon.getInt(at) == OLD_BITMAP_HEAD;
        int width = old ? icon.getShort(at + 4) & 0xffff : icon.getInt(at + 4);
        int height = old ? icon.getShort(at + 6) & 0xffff : icon.getInt(at + 8);
        // The height counts the mask's rows, too.
        if (width < 0 || width > MOST_SIDE || height < 0 || height > 2 * MOST_SIDE) {
            throw new IOException("the icon holds a bitmap of " + width + " x " + height + " pixels, but none has more"
                    + " than " + MOST_SIDE + " x " + 2 * MOST_SIDE);
        }
        // Its reader makes room for a palette at any depth.
        boolean palette = !old && at + BITMAP_HEAD <= icon.limit();
        if (palette && Integer.toUnsignedLong(icon.getInt(at + 32)) > MOST_COLOURS) {
            throw new IOException("the icon's palette claims more than " + MOST_COLOURS + " colours");
        }
    }
}
