package io.streamclr.augment.decode;

import java.io.ByteArrayOutputStream;

/** Puts numbers of any width after one another, the lowest bit of a byte first, as WebP and JPEG XL have them. */
final class BitWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private long left;
    private int count;

    /** @param width in bits, 1 to 32 */
    BitWriter add(int width, int number) {
        left |= (long) number << count;
        for (count += width; count >= 8; count -= 8) {
            bytes.write((int) left);
            left >>>= 8;
        }
        return this;
    }

    /** A prefix code of one symbol, in lossless WebP. */
    BitWriter symbol(int symbol) {
        return add(1, 1).add(1, 0).add(1, 1).add(8, symbol);
    }

    /** Likewise, a code of 256 symbols, all of eight bits: the twelfth of the lengths is the only one that is used. */
    BitWriter colours() {
        return add(1, 0).add(4, 8).add(30, 0).add(3, 0).add(3, 1).add(1, 0);
    }

    /** All of it, and zeros up to the end of the last byte. */
    byte[] bytes() {
        add(7, 0);
        return bytes.toByteArray();
    }
}
