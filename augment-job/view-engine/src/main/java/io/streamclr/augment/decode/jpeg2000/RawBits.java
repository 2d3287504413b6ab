package io.streamclr.augment.decode.jpeg2000;

/** Bits of a segment that are stored as they are; after a byte of ones comes a byte of seven bits (D.6). */
final class RawBits {

    private final byte[] data;
    private final int end;
    private int at;
    private int current;
    private int left;

    RawBits(byte[] data, int from, int to) {
        this.data = data;
        this.at = from;
        this.end = to;
    }

    int bit() {
        if (left == 0) {
            left = current == 0xff ? 7 : 8;
            current = at < end ? data[at++] & 0xff : 0xff;
        }
        left--;
        return current >> left & 1;
    }
}
