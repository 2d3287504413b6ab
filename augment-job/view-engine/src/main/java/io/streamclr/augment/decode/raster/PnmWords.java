package io.streamclr.augment.decode.raster;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** The words of a PNM file, one after the other; what follows a hash in its line is a comment. */
final class PnmWords {

    static final int COMMENT = '#';

    private static final int LONGEST = 64;

    private final byte[] file;
    private int at;

    PnmWords(byte[] file, int at) {
        this.file = file;
        this.at = at;
    }

    /** Where the next byte is read. */
    int at() {
        return at;
    }

    private void toWord() throws IOException {
        while (at < file.length && (PnmFormat.isSpace(file[at]) || file[at] == COMMENT)) {
            if (file[at] == COMMENT) {
                skipLine();
            } else {
                at++;
            }
        }
        if (at >= file.length) {
            throw new EOFException("the PNM file ends within its header or its numbers");
        }
    }

    void skipLine() {
        while (at < file.length && file[at] != '\n' && file[at] != '\r') {
            at++;
        }
    }

    /** Takes the one white space between the header and bytes, which may be the end of a comment's line. */
    void endHeader() {
        if (at < file.length && file[at] == COMMENT) {
            skipLine();
        }
        at++;
    }

    String word() throws IOException {
        toWord();
        int from = at;
        while (at < file.length && !PnmFormat.isSpace(file[at]) && file[at] != COMMENT) {
            at++;
        }
        if (at - from > LONGEST) {
            throw new IOException("the PNM file has a word of " + (at - from) + " bytes where a short one belongs");
        }
        return new String(file, from, at - from, StandardCharsets.ISO_8859_1);
    }

    /** A number of decimal digits; those that are too large count as the largest. */
    int number() throws IOException {
        toWord();
        long value = 0;
        int from = at;
        while (at < file.length && file[at] >= '0' && file[at] <= '9') {
            value = Math.min(Integer.MAX_VALUE, 10 * value + file[at++] - '0');
        }
        if (at == from) {
            throw new IOException("the PNM file has something else where a number belongs");
        }
        return (int) value;
    }

    /** A bit, which need not be apart from the next. */
    int bit() throws IOException {
        toWord();
        int digit = file[at++];
        if (digit != '0' && digit != '1') {
            throw new IOException("the PBM file has something else where a bit belongs");
        }
        return digit - '0';
    }
}
