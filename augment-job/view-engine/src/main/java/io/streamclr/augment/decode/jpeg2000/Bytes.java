package io.streamclr.augment.decode.jpeg2000;

import java.io.EOFException;
import java.io.IOException;

/** A part of a file that is read from its beginning; never past its end. */
final class Bytes {

    final byte[] file;
    final int end;
    private int at;

    Bytes(byte[] file, int from, int end) {
        this.file = file;
        this.at = from;
        this.end = end;
    }

    int at() {
        return at;
    }

    int left() {
        return end - at;
    }

    int octet() throws EOFException {
        return file[take(1)] & 0xff;
    }

    int word() throws EOFException {
        int from = take(2);
        return ((file[from] & 0xff) << 8) | (file[from + 1] & 0xff);
    }

    long number() throws EOFException {
        return ((long) word() << 16) | word();
    }

    /** Takes bytes without looking at them, and says where they begin. */
    int take(long bytes) throws EOFException {
        if (bytes < 0 || bytes > left()) {
            throw new EOFException("the JPEG 2000 file ends before its image does");
        }
        int from = at;
        at += (int) bytes;
        return from;
    }

    /** The next bytes by themselves. */
    Bytes part(long bytes) throws EOFException {
        int from = take(bytes);
        return new Bytes(file, from, from + (int) bytes);
    }

    /** Takes a marker of two bytes if it comes next. */
    boolean takeIf(int marker) {
        boolean there = left() >= 2 && (((file[at] & 0xff) << 8) | (file[at + 1] & 0xff)) == marker;
        if (there) {
            at += 2;
        }
        return there;
    }

    static IOException broken(String how) {
        return new IOException("the JPEG 2000 file " + how);
    }
}
