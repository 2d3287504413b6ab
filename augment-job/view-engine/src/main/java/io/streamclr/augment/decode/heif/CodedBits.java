package io.streamclr.augment.decode.heif;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Bits of a video's header, the highest of a byte first. */
final class CodedBits {

    /** Longer codes stand for numbers that no side has. */
    private static final int MOST_ZEROS = 31;

    private final ByteBuffer bytes;
    private final boolean escaped;
    private int current;
    private int left;
    private int zeros;

    /**
     * Reads from the buffer's position on; the buffer stays as it is.
     *
     * @param escaped whether a 3 after two zeros counts for nothing, as in HEVC (7.4.2)
     */
    CodedBits(ByteBuffer bytes, boolean escaped) {
        this.bytes = bytes.duplicate();
        this.escaped = escaped;
    }

    int bit() throws IOException {
        if (left == 0) {
            current = octet();
            if (escaped && zeros >= 2 && current == 3) {
                zeros = 0;
                current = octet();
            }
            zeros = current == 0 ? zeros + 1 : 0;
            left = 8;
        }
        left--;
        return current >> left & 1;
    }

    private int octet() throws IOException {
        if (!bytes.hasRemaining()) {
            throw new IOException("the HEIF file ends within a header of its video");
        }
        return bytes.get() & 0xff;
    }

    /** The next bits as a number: 31 at most. */
    int bits(int count) throws IOException {
        int number = 0;
        for (int i = 0; i < count; i++) {
            number = number << 1 | bit();
        }
        return number;
    }

    void skip(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            bit();
        }
    }

    /** A number of an exponential Golomb code (HEVC 9.2), as AV1 has it, too. */
    int golomb() throws IOException {
        int length = 0;
        while (bit() == 0) {
            if (++length >= MOST_ZEROS) {
                throw new IOException("the HEIF file has a number in a header of its video that is far too large");
            }
        }
        return (1 << length) - 1 + bits(length);
    }
}
