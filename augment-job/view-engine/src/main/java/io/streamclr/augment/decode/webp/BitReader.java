package io.streamclr.augment.decode.webp;

import java.io.EOFException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Bits of lossless images (RFC 9649, section 3): the lowest of a byte first. */
final class BitReader {

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final byte[] file;
    private final int end;
    private int at;

    /** The next bits; zeros after the end. */
    private long window;

    /** How many of the window's bits are there; below 0 if some were taken that are not. */
    private int bits;

    BitReader(Span content) {
        this.file = content.file();
        this.at = content.from();
        this.end = content.to();
    }

    /**
     * Sees to it that 48 bits can be looked at.
     *
     * @throws EOFException if more has been taken than there is
     */
    void fill() throws EOFException {
        if (bits >= 48) {
            return;
        }
        if (end - at >= Long.BYTES) {
            window |= (long) EIGHT_BYTES.get(file, at) << bits;
            int bytes = (63 - bits) >> 3;
            at += bytes;
            bits += 8 * bytes;
            return;
        }
        if (bits < 0) {
            throw new EOFException("the WebP file ends within its image");
        }
        while (bits <= 56 && at < end) {
            window |= (file[at++] & 0xffL) << bits;
            bits += 8;
        }
    }

    /** The next bits, of which the lower 32 count; {@link #fill} comes first. */
    int ahead() {
        return (int) window;
    }

    void skip(int count) {
        window >>>= count;
        bits -= count;
    }

    /** A number of up to 24 bits, when {@link #fill} has been called for it. */
    int take(int count) {
        int number = (int) window & (1 << count) - 1;
        skip(count);
        return number;
    }

    /** A number of up to 24 bits. */
    int number(int count) throws EOFException {
        fill();
        return take(count);
    }

    boolean flag() throws EOFException {
        return number(1) != 0;
    }

    /** @throws EOFException if more has been taken than there is */
    void requireNotPastEnd() throws EOFException {
        if (bits < 0) {
            throw new EOFException("the WebP file ends within its image");
        }
    }
}
