package io.streamclr.augment.decode.tiff;

import java.nio.ByteOrder;

/** Takes samples out of a row of bytes, as their bits and as numbers. */
final class Samples {

    private final int bits;
    private final Layout.Number.Kind kind;
    private final boolean whole;
    private final boolean little;

    /** @param order of the bytes of a sample, whatever the file's is */
    Samples(Layout.Number number, ByteOrder order) {
        this.bits = number.bits();
        this.kind = number.kind();
        this.whole = number.wholeBytes();
        this.little = order == ByteOrder.LITTLE_ENDIAN;
    }

    /** The bits of a sample, unsigned; {@code 1 << 63} and more show as negative. */
    long bits(byte[] row, int index) {
        if (bits == 8) {
            return row[index] & 0xffL;
        }
        return whole ? ofBytes(row, index * (bits / 8)) : ofBits(row, (long) index * bits);
    }

    private long ofBytes(byte[] row, int at) {
        long value = 0;
        for (int i = 0; i < bits / 8; i++) {
            value = value << 8 | (row[little ? at + bits / 8 - 1 - i : at + i] & 0xff);
        }
        return value;
    }

    private long ofBits(byte[] row, long at) {
        long end = at + bits;
        int last = (int) ((end - 1) >> 3);
        long window = 0;
        for (int i = (int) (at >> 3); i <= last; i++) {
            window = window << 8 | (row[i] & 0xff);
        }
        return window >> (8L * (last + 1) - end) & (1L << bits) - 1;
    }

    /** What a sample's bits stand for. */
    double number(long sample) {
        return switch (kind) {
            case UNSIGNED -> sample >= 0 ? sample : sample + 0x1p64;
            case SIGNED -> sample << (64 - bits) >> (64 - bits);
            case FLOATING ->
                switch (bits) {
                    case 16 -> small(sample, 5, 10);
                    case 24 -> small(sample, 7, 16);
                    case 32 -> Float.intBitsToFloat((int) sample);
                    default -> Double.longBitsToDouble(sample);
                };
        };
    }

    /** A floating number that Java has no type for, of a sign, an exponent and a fraction. */
    private static double small(long sample, int exponentBits, int fractionBits) {
        int most = (1 << exponentBits) - 1;
        int exponent = (int) (sample >> fractionBits) & most;
        long fraction = sample & ((1L << fractionBits) - 1);
        double size;
        if (exponent == most) {
            size = fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else {
            long significand = exponent == 0 ? fraction : fraction | 1L << fractionBits;
            size = Math.scalb((double) significand, Math.max(1, exponent) - most / 2 - fractionBits);
        }
        return (sample >> (exponentBits + fractionBits) & 1) == 0 ? size : -size;
    }
}
