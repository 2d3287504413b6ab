package io.streamclr.augment.decode.format;

import java.io.IOException;

/**
 * How often the bytes of one file may be read. Readers go back and forth, and some bytes are read twice and more; but a file
 * that sends its reader over the same bytes again and again runs out of readings, and so comes to an end. Counted and not
 * timed, so that the outcome is the same on every machine.
 */
public final class Readings {

    /** Bytes that even the smallest file may ask for: each reader looks at its beginning. */
    private static final int LEAST = 1 << 16;

    private long left;

    private Readings(long left) {
        this.left = left;
    }

    /**
     * Those of a file.
     *
     * @param bytes of the file
     * @param times how often all of them may be read, on average
     */
    public static Readings of(int bytes, int times) {
        return new Readings(LEAST + (long) times * bytes);
    }

    /** @throws IOException if the file has had as many as it may */
    public void spend(long bytes) throws IOException {
        left -= bytes;
        if (left < 0) {
            throw new IOException("the file makes its reader go over the same bytes again and again");
        }
    }
}
