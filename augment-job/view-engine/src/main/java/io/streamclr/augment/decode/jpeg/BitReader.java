package io.streamclr.augment.decode.jpeg;

import java.io.IOException;

/**
 * The bits of an entropy-coded segment (T.81, F.2.2.5), up to the marker that ends it. Where the file ends and may be cut,
 * it gives zeros and calls itself starved; all else that is missing it refuses.
 */
final class BitReader {

    private static final String CUT = "the JPEG file ends before its image does";

    private static final int SUSPICIOUS_ZEROS = 64;

    private final byte[] file;
    private final boolean keepsCut;
    private int at;
    private long bits;
    private int left;
    private int marker;
    private boolean starved;
    private boolean ended;

    BitReader(byte[] file, int at, boolean keepsCut) {
        this.file = file;
        this.at = at;
        this.keepsCut = keepsCut;
    }

    /** The next bits, without taking them: 1 to 16. */
    int peek(int count) {
        if (left < count) {
            fill();
            if (left < count) {
                return (int) (bits << (count - left)) & ((1 << count) - 1);
            }
        }
        return (int) (bits >> (left - count)) & ((1 << count) - 1);
    }

    void skip(int count) throws IOException {
        if (count > left) {
            starve();
        } else {
            left -= count;
        }
    }

    /** The next bits: 0 to 16. */
    int take(int count) throws IOException {
        if (count == 0) {
            return 0;
        }
        int value = peek(count);
        skip(count);
        return value;
    }

    /** A value of that many bits with its sign (T.81, figure F.12). */
    int takeSigned(int count) throws IOException {
        int value = take(count);
        return count > 0 && value < 1 << (count - 1) ? value - (1 << count) + 1 : value;
    }

    private void fill() {
        while (left <= 48 && marker == Marker.NONE) {
            int next = nextByte();
            if (next >= 0) {
                bits = bits << 8 | next;
                left += 8;
            }
        }
    }

    /** The next byte of the segment; -1 if a marker or the end of the file is there. */
    int nextByte() {
        if (marker != Marker.NONE) {
            return -1;
        }
        if (at >= file.length) {
            return end();
        }
        int next = file[at++] & 0xff;
        if (next != 0xFF) {
            return next;
        }
        while (at < file.length && file[at] == (byte) 0xFF) {
            at++;
        }
        if (at >= file.length) {
            return end();
        }
        if (file[at] == 0) {
            at++;
            return 0xFF;
        }
        marker = file[at++] & 0xff;
        return -1;
    }

    private int end() {
        ended = true;
        marker = Marker.END_OF_IMAGE;
        return -1;
    }

    private void starve() throws IOException {
        if (!keepsCut || !ended) {
            throw new IOException(ended ? CUT : "Corrupt JPEG data: premature end of data segment");
        }
        starved = true;
        bits = 0;
        left = 0;
    }

    /** Whether the image was cut off and this gives zeros. */
    boolean starved() {
        return starved;
    }

    /** What cannot be: damage, but in arithmetic codes that may be cut off, where it can be what zeros mean. */
    void refuseUnlessCut() throws IOException {
        if (!keepsCut || !ended) {
            throw new IOException("Corrupt JPEG data: a code that there is not");
        }
    }

    /** Stands for bytes after the end of a segment, which arithmetic coding leaves out where they are zeros. */
    int zeroAfterEnd() throws IOException {
        if (ended && !keepsCut) {
            throw new IOException(CUT);
        }
        return 0;
    }

    /** Whether there is an end of the image after what was read. */
    boolean endFollows() {
        if (marker != Marker.NONE) {
            return !ended;
        }
        for (int i = at; i + 1 < file.length; i++) {
            if (file[i] == (byte) 0xFF && (file[i + 1] & 0xff) == Marker.END_OF_IMAGE) {
                return true;
            }
        }
        return false;
    }

    /** Whether what was read ends in nothing: a file that was to be filled later, and was not. */
    boolean endsInZeros() {
        int zeros = 0;
        while (zeros < SUSPICIOUS_ZEROS && at - zeros > 0 && file[at - zeros - 1] == 0) {
            zeros++;
        }
        return zeros == SUSPICIOUS_ZEROS;
    }

    /** Passes over what is left of the segment: not all that arithmetic coding writes needs to be read. */
    void passOver() {
        left = 0;
        while (nextByte() >= 0) {
            left = 0;
        }
    }

    /** What cannot be: damage, but after the end of what was cut off, where everything can. */
    void refuseUnlessStarved() throws IOException {
        if (!starved) {
            throw new IOException("Corrupt JPEG data: a code that there is not");
        }
    }

    /**
     * Goes after the restart marker that must follow.
     *
     * @param number its number, 0 to 7
     */
    void restart(int number) throws IOException {
        requireNothingLeft();
        if (ended) {
            if (!keepsCut) {
                throw new IOException(CUT);
            }
        } else if (marker != Marker.FIRST_RESTART + number) {
            throw new IOException("Corrupt JPEG data: a restart marker is missing");
        } else {
            marker = Marker.NONE;
        }
        left = 0;
    }

    private void requireNothingLeft() throws IOException {
        if (marker == Marker.NONE && (left >= 8 || nextByte() >= 0)) {
            throw new IOException("Corrupt JPEG data: extraneous bytes before a marker");
        }
    }

    /**
     * Ends the segment.
     *
     * @return where the marker after it begins; the length of the file if it has none
     */
    int finish() throws IOException {
        requireNothingLeft();
        return ended ? file.length : at - 2;
    }
}
