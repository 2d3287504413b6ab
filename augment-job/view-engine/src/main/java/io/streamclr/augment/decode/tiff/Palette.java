package io.streamclr.augment.decode.tiff;

import java.io.IOException;

/** The colours that indices stand for (TIFF 6.0, tag 320). */
final class Palette {

    private static final int TAG = 320;

    private final byte[] colours;

    private Palette(byte[] colours) {
        this.colours = colours;
    }

    /** @throws IOException if the file has none */
    static Palette of(TiffDirectory directory, int bits) throws IOException {
        int size = (int) Math.min(1L << Math.min(bits, 16), directory.count(TAG) / 3);
        if (size < 1) {
            throw new IOException("the TIFF file has no palette for its indices");
        }
        long stride = directory.count(TAG) / 3;
        int[] values = new int[3 * size];
        boolean eightBits = true;
        for (int i = 0; i < size; i++) {
            for (int channel = 0; channel < 3; channel++) {
                long value = directory.number(TAG, channel * stride + i, -1);
                if (value < 0) {
                    throw new IOException("the TIFF file ends within its palette");
                }
                values[3 * i + channel] = (int) Math.min(65_535, value);
                eightBits &= value < 256;
            }
        }
        byte[] colours = new byte[values.length];
        for (int i = 0; i < colours.length; i++) {
            // Some writers put 8 bits where 16 belong.
            colours[i] = (byte) (eightBits ? values[i] : values[i] >> 8);
        }
        return new Palette(colours);
    }

    void copy(long index, byte[] to, int at) throws IOException {
        if (index < 0 || index >= colours.length / 3) {
            throw new IOException("the TIFF file names colour " + index + " of a palette of " + colours.length / 3);
        }
        System.arraycopy(colours, 3 * (int) index, to, at, 3);
    }
}
