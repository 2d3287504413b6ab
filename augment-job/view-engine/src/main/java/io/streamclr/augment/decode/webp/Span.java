package io.streamclr.augment.decode.webp;

import java.io.EOFException;

/**
 * A part of a file, which is never copied.
 *
 * @param file all of it; never written to
 * @param from where the part begins
 * @param to where it ends, {@code from} or more
 */
record Span(byte[] file, int from, int to) {

    int length() {
        return to - from;
    }

    /** A byte, at its place in the part. */
    int at(int place) throws EOFException {
        require(place + 1);
        return file[from + place] & 0xff;
    }

    /** A number of two bytes, the lower one first. */
    int two(int place) throws EOFException {
        return at(place) | at(place + 1) << 8;
    }

    /** A number of three bytes, the lowest one first. */
    int three(int place) throws EOFException {
        return two(place) | at(place + 2) << 16;
    }

    Span from(int place) throws EOFException {
        require(place);
        return new Span(file, from + place, to);
    }

    Span until(int place) throws EOFException {
        require(place);
        return new Span(file, from, from + place);
    }

    private void require(int bytes) throws EOFException {
        if (bytes > length()) {
            throw new EOFException("the WebP file ends within its header");
        }
    }
}
