package io.streamclr.augment.decode.tiff;

import java.io.IOException;
import java.io.InputStream;

/**
 * LZW as TIFF has it (TIFF 6.0, section 13): codes of 9 to 12 bits that grow one code early. Writers before 1988 put the
 * lowest bit first and grew in time; their first code, to clear the table, tells them apart.
 */
final class LzwStream extends InputStream {

    private static final int CLEAR = 256;
    private static final int END = 257;
    private static final int FIRST = 258;
    private static final int LEAST_BITS = 9;
    private static final int MOST_BITS = 12;
    private static final int MOST_CODES = 1 << MOST_BITS;
    private static final int NONE = -1;

    private final Packed packed;
    private final boolean old;
    private final short[] before = new short[MOST_CODES];
    private final byte[] last = new byte[MOST_CODES];

    /** The string of the code that was read last, backwards. */
    private final byte[] string = new byte[MOST_CODES];

    private int left;
    private int next = FIRST;
    private int width = LEAST_BITS;
    private int previous = NONE;
    private byte first;
    private long bitAt;
    private boolean ended;

    LzwStream(Packed packed) {
        this.packed = packed;
        this.old =
                packed.length() > 1 && packed.file()[packed.from()] == 0 && (packed.file()[packed.from() + 1] & 1) == 1;
        this.bitAt = 8L * packed.from();
        for (int i = 0; i < CLEAR; i++) {
            last[i] = (byte) i;
        }
    }

    @Override
    public int read() throws IOException {
        if (left == 0) {
            readCode();
        }
        return ended ? -1 : string[--left] & 0xff;
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int given = 0;
        while (given < length) {
            if (left == 0) {
                readCode();
            }
            if (ended) {
                return given == 0 ? -1 : given;
            }
            to[offset + given++] = string[--left];
        }
        return given;
    }

    /** Reads codes until one stands for a string, or the data end. */
    private void readCode() throws IOException {
        int code = nextCode();
        while (code == CLEAR) {
            next = FIRST;
            width = LEAST_BITS;
            previous = NONE;
            code = nextCode();
        }
        if (code == END) {
            ended = true;
            return;
        }
        if (code > next || (code >= FIRST && previous == NONE)) {
            throw new IOException("the LZW data name a code that is not in their table yet");
        }
        boolean repeats = code == next;
        int from = repeats ? previous : code;
        int size = repeats ? 1 : 0;
        while (from >= FIRST) {
            string[size++] = last[from];
            from = before[from];
        }
        first = (byte) from;
        string[size++] = first;
        if (repeats) {
            string[0] = first;
        }
        left = size;
        remember();
        previous = code;
    }

    private void remember() {
        if (previous == NONE || next == MOST_CODES) {
            return;
        }
        before[next] = (short) previous;
        last[next] = first;
        next++;
        if (next + (old ? 0 : 1) == 1 << width && width < MOST_BITS) {
            width++;
        }
    }

    /** The next code; the end where no bits are left, as some writers leave its code out. */
    private int nextCode() {
        if (bitAt + width > 8L * packed.to()) {
            return END;
        }
        int at = (int) (bitAt >> 3);
        int shift = (int) (bitAt & 7);
        int window = old
                ? octet(at) | octet(at + 1) << 8 | octet(at + 2) << 16
                : octet(at) << 16 | octet(at + 1) << 8 | octet(at + 2);
        bitAt += width;
        return window >> (old ? shift : 24 - shift - width) & ((1 << width) - 1);
    }

    /** A code of 12 bits may end in the last byte, but its window after it. */
    private int octet(int at) {
        return at < packed.to() ? packed.file()[at] & 0xff : 0;
    }
}
