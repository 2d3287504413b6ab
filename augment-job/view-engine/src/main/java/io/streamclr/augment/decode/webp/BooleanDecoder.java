package io.streamclr.augment.decode.webp;

import java.io.EOFException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The arithmetic decoder of lossy images (RFC 6386, section 7): bits, each with the probability that it is 0. */
final class BooleanDecoder {

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final int EVEN = 128;

    private final byte[] file;
    private final int end;
    private int at;

    /** What has been read and not been used up; the decoder compares the eight bits above the lowest {@link #bits}. */
    private long value;

    /** How many bits are there beyond the eight that are compared; below 0 if some of those are missing. */
    private int bits = -8;

    /** Less one. */
    private int range = 254;

    BooleanDecoder(Span content) {
        this.file = content.file();
        this.at = content.from();
        this.end = content.to();
    }

    /**
     * The next bit.
     *
     * @param probability that it is 0, of 256
     * @throws EOFException if the content ends here, where encoders always leave bits to spare
     */
    int bit(int probability) throws EOFException {
        if (bits < 0) {
            load();
        }
        int now = range;
        int split = (now * probability) >> 8;
        int bit;
        if ((int) (value >> bits) > split) {
            value -= (split + 1L) << bits;
            now -= split;
            bit = 1;
        } else {
            now = split + 1;
            bit = 0;
        }
        int shift = Integer.numberOfLeadingZeros(now) - 24;
        bits -= shift;
        range = (now << shift) - 1;
        return bit;
    }

    private void load() throws EOFException {
        if (end - at >= Long.BYTES) {
            value = value << 56 | (long) EIGHT_BYTES.get(file, at) >>> 8;
            at += 7;
            bits += 56;
        } else if (at < end) {
            value = value << 8 | (file[at++] & 0xff);
            bits += 8;
        } else {
            throw new EOFException("the WebP file ends within its image");
        }
    }

    boolean flag() throws EOFException {
        return bit(EVEN) != 0;
    }

    /** An unsigned number of so many bits. */
    int number(int width) throws EOFException {
        int number = 0;
        for (int i = 0; i < width; i++) {
            number = number << 1 | bit(EVEN);
        }
        return number;
    }

    /** A number of so many bits, and its sign. */
    int signed(int width) throws EOFException {
        int number = number(width);
        return flag() ? -number : number;
    }

    /** A signed number if the next bit says that there is one, 0 otherwise. */
    int signedOrZero(int width) throws EOFException {
        return flag() ? signed(width) : 0;
    }
}
