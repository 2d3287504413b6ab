package io.streamclr.augment.decode.tiff;

import java.nio.ByteOrder;

/** Turns the differences of a row back into samples (TIFF 6.0, section 14; Adobe's technical note 3). */
final class Predictor {

    private Predictor() {}

    /**
     * Horizontal differences, modulo the size of a sample.
     *
     * @param row samples of 8, 16, 32 or 64 bits
     * @param stride samples from one to the next of its band
     */
    static void add(byte[] row, int bits, int stride, ByteOrder order) {
        int size = bits / 8;
        int step = size * stride;
        boolean little = order == ByteOrder.LITTLE_ENDIAN;
        for (int at = step; at + size <= row.length; at += size) {
            int carry = 0;
            for (int i = 0; i < size; i++) {
                int place = at + (little ? i : size - 1 - i);
                int sum = (row[place] & 0xff) + (row[place - step] & 0xff) + carry;
                row[place] = (byte) sum;
                carry = sum >> 8;
            }
        }
    }

    /**
     * Differences of bytes, the highest of all samples first, then the next; the result has the highest byte first.
     *
     * @param row floating samples; the result may be longer or the same array
     */
    static byte[] addFloating(byte[] row, int bits, int stride) {
        for (int at = stride; at < row.length; at++) {
            row[at] += row[at - stride];
        }
        int size = bits / 8;
        int count = row.length / size;
        byte[] samples = new byte[row.length];
        for (int i = 0; i < count; i++) {
            for (int octet = 0; octet < size; octet++) {
                samples[i * size + octet] = row[octet * count + i];
            }
        }
        return samples;
    }
}
