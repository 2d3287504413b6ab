package io.streamclr.augment.decode.tiff;

import java.io.ByteArrayInputStream;
import java.io.InputStream;

/**
 * The bytes of one strip or tile, where they lie in the file: strips may all claim the same megabytes.
 *
 * @param from the first of them
 * @param to the place after the last of them
 */
record Packed(byte[] file, int from, int to) {

    int length() {
        return to - from;
    }

    InputStream stream() {
        return new ByteArrayInputStream(file, from, length());
    }
}
