package io.streamclr.augment.decode;

import io.streamclr.augment.decode.packed.PackBits;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The merged image of a PSD file, for a reader that ends at the first packed byte that stands for nothing. */
final class PackedPsd {

    private static final int LARGE = 2;
    private static final int PACKED = 1;

    private PackedPsd() {}

    /**
     * The same image without such bytes; what is no whole packed image comes back as it is.
     *
     * @param file whose header is there
     * @param at where the sections of layers begins
     */
    static byte[] withoutNothing(byte[] file, long at) {
        ByteBuffer psd = ByteBuffer.wrap(file);
        boolean large = psd.getShort(4) == LARGE;
        if (at < 0 || at + 8 > file.length) {
            return file;
        }
        long layers = large ? psd.getLong((int) at) : Integer.toUnsignedLong(psd.getInt((int) at));
        long image = at + (large ? 8 : 4) + layers;
        long rows = (psd.getShort(12) & 0xffffL) * Integer.toUnsignedLong(psd.getInt(14));
        int width = large ? 4 : 2;
        long first = image + 2 + width * rows;
        if (layers < 0 || layers > file.length || first > file.length || psd.getShort((int) image) != PACKED) {
            return file;
        }
        byte[] bare = file.clone();
        ByteBuffer lengths = ByteBuffer.wrap(bare);
        int to = (int) first;
        long from = first;
        for (int row = 0; row < rows; row++) {
            int place = (int) image + 2 + width * row;
            long length = large ? Integer.toUnsignedLong(psd.getInt(place)) : psd.getShort(place) & 0xffffL;
            if (from + length > file.length) {
                return file;
            }
            int end = PackBits.copyWithoutNothing(file, (int) from, (int) (from + length), bare, to);
            if (large) {
                lengths.putInt(place, end - to);
            } else {
                lengths.putShort(place, (short) (end - to));
            }
            from += length;
            to = end;
        }
        return to == from ? file : Arrays.copyOf(bare, to);
    }
}
