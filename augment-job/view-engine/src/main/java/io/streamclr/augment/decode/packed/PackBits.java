package io.streamclr.augment.decode.packed;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Unpacks Apple's PackBits (TIFF 6.0, section 9): bytes as they are, and runs of one byte. A head of 128 stands for nothing,
 * which some writers fill up with. Where the packed bytes end, within a run or not, these do, too.
 */
public final class PackBits extends InputStream {

    private static final int NOTHING = 128;

    private final InputStream packed;

    /** Bytes of the current run that have not been given yet. */
    private int left;

    private boolean repeats;
    private int repeated;

    public PackBits(InputStream packed) {
        this.packed = packed;
    }

    /**
     * Copies packed bytes as they are, but for heads that stand for nothing: there are readers that end at the first.
     *
     * @param to has room for as many bytes as there are
     * @return the place after the last byte that was written
     */
    public static int copyWithoutNothing(byte[] packed, int from, int end, byte[] to, int at) {
        while (from < end) {
            int head = packed[from] & 0xff;
            if (head == NOTHING) {
                from++;
                continue;
            }
            int length = Math.min(end - from, head > NOTHING ? 2 : head + 2);
            System.arraycopy(packed, from, to, at, length);
            from += length;
            at += length;
        }
        return at;
    }

    @Override
    public int read() throws IOException {
        if (left == 0 && !begin()) {
            return -1;
        }
        left--;
        return repeats ? repeated : packed.read();
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (left == 0 && !begin()) {
            return -1;
        }
        int some = Math.min(left, length);
        if (repeats) {
            Arrays.fill(to, offset, offset + some, (byte) repeated);
        } else {
            some = packed.read(to, offset, some);
        }
        left -= Math.max(0, some);
        return some;
    }

    /** Goes to the next run that has bytes. */
    private boolean begin() throws IOException {
        int head = packed.read();
        while (head == NOTHING) {
            head = packed.read();
        }
        repeats = head > NOTHING;
        repeated = repeats ? packed.read() : 0;
        boolean ends = head < 0 || repeated < 0;
        left = ends ? 0 : repeats ? 257 - head : head + 1;
        return !ends;
    }

    @Override
    public void close() throws IOException {
        packed.close();
    }
}
