package io.streamclr.augment.decode.format;

import java.io.IOException;

/**
 * How often the bytes of one file may be read. Readers go back and forth, and some bytes are read twice and more; but a file
 * that sends its reader over the same bytes again and again runs out of readings, and so comes to an end. Counted and not
 * timed, so that the outcome is the same on every machine.
 */
public final class Readings {

    /** How often all bytes may be read, on average. Most readers take each byte once; some look ahead, or go back. */
    private static final int OF_EACH_BYTE = 16;

    /** Bytes that even the smallest file may ask for: each reader looks at its beginning. */
    private static final int LEAST = 1 << 16;

    private long left;

    private Readings(long left) {
        this.left = left;
    }

    /** Those of a file of so many bytes. */
    public static Readings of(int bytes) {
        return new Readings(LEAST + (long) OF_EACH_BYTE * bytes);
    }

    /** @throws IOException if the file has had as many as it may */
    public void spend(long bytes) throws IOException {
        left -= bytes;
        if (left < 0) {
            throw new IOException("the file makes its reader go over the same bytes again and again");
        }
    }
}
