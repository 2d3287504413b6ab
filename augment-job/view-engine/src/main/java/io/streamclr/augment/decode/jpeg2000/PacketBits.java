package io.streamclr.augment.decode.jpeg2000;

import java.io.IOException;

/** The bits of a packet's header: after a byte of ones comes a byte of seven bits (B.10.1). */
final class PacketBits {

    private final Bytes in;
    private int current;
    private int left;

    PacketBits(Bytes in) {
        this.in = in;
    }

    int bit() throws IOException {
        if (left == 0) {
            left = current == 0xff ? 7 : 8;
            current = in.octet();
        }
        left--;
        return current >> left & 1;
    }

    int bits(int count) throws IOException {
        int value = 0;
        for (int i = 0; i < count; i++) {
            value = (value << 1) | bit();
        }
        return value;
    }

    /** The rest of the last byte is not looked at. */
    void end() throws IOException {
        if (current == 0xff) {
            in.octet();
        }
        left = 0;
        current = 0;
    }
}
