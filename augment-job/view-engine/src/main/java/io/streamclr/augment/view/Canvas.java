package io.streamclr.augment.view;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The view being rendered: three planes of {@code side x side} float samples in [0, 255], and room to work in. Planes lie
 * column by column, as the crop makes them: sample (x, y) is at {@code x * side + y}. Made
 * once for an engine and used for every view, so no operation allocates per view or row.
 */
final class Canvas {

    /** In pixels. */
    final int side;

    /** Red, green and blue, each of {@code side * side} samples. */
    final float[][] planes;

    /** Floats from here to twice of it are whole numbers: to add it and take it away rounds, halves to even. */
    private static final float ROUNDED = 0x1p23f;

    /** Four bytes of an array, the lowest first. */
    private static final VarHandle PIXEL = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    /** Columns that are turned into rows together. */
    private static final int TURNED = 8;

    /** Another plane's worth of samples; any operation may write here and none expects to find anything. */
    final float[] scratch;

    /** Samples of a strip: few enough for all strips to stay in the first cache. */
    static final int STRIP = 1024;

    /** As {@link #scratch}: strips for an operation that takes several loops over the same samples. */
    final float[][] strips = new float[8][STRIP];

    /** As {@link #scratch}: the planes' columns as arrays of their own, room for three channels each. */
    final float[][] columns;

    /** As {@link #scratch}: as {@link #columns}, with room beyond both ends of each channel. */
    final float[][] lines;

    Canvas(int side) {
        this.side = side;
        this.planes = new float[3][side * side];
        this.scratch = new float[side * side];
        this.columns = new float[side][3 * side];
        this.lines = new float[6][9 * side];
    }

    /**
     * Grey values, ITU-R 601 weights as torchvision and Pillow have them.
     *
     * @param into {@code side * side} samples
     */
    void grey(float[] into) {
        grey(planes[0], planes[1], planes[2], into, side * side);
    }

    private static void grey(float[] red, float[] green, float[] blue, float[] into, int count) {
        for (int i = 0; i < count; i++) {
            into[i] = 0.299f * red[i] + 0.587f * green[i] + 0.114f * blue[i];
        }
    }

    /** The mean of the grey values: strips are added up first, an order that vectorises and never varies. */
    float meanGrey() {
        grey(scratch);
        float[] sums = strips[0];
        float[] strip = strips[1];
        Arrays.fill(sums, 0f);
        for (int at = 0; at < scratch.length; at += STRIP) {
            int count = Math.min(STRIP, scratch.length - at);
            System.arraycopy(scratch, at, strip, 0, count);
            add(strip, sums, count);
        }
        double sum = 0;
        for (float part : sums) {
            sum += part;
        }
        return (float) (sum / scratch.length);
    }

    private static void add(float[] more, float[] sums, int count) {
        for (int i = 0; i < count; i++) {
            sums[i] += more[i];
        }
    }

    /** Clips every sample to [0, 255]. */
    void clip() {
        for (float[] plane : planes) {
            for (int i = 0; i < plane.length; i++) {
                plane[i] = clipped(0.5f * plane[i]);
            }
        }
    }

    /**
     * A sample clipped to [0, 255], from half of it: beyond the ends exactly, between them within 2^-16. Absolute values
     * are one vector instruction each; {@code Math.min} and {@code Math.max} of floats are six.
     */
    static float clipped(float half) {
        return Math.abs(half) - Math.abs(half - 127.5f) + 127.5f;
    }

    /** The samples rounded to bytes: packed RGB, row-major, {@code 3 * side * side} bytes, newly made. */
    byte[] pack() {
        byte[] packed = new byte[3 * side * side];
        join(planes[0], planes[1], planes[2], scratch);
        int left = 0;
        for (; left + TURNED <= side; left += TURNED) {
            turn(scratch, left * side, side, packed, 3 * left);
        }
        for (; left < side; left++) {
            for (int y = 0; y < side; y++) {
                put((int) scratch[left * side + y], packed, 3 * (y * side + left));
            }
        }
        return packed;
    }

    /** Writes a few columns of joined samples to the rows of packed bytes, four bytes at once where one more is free. */
    private static void turn(float[] joined, int from, int side, byte[] packed, int to) {
        for (int y = 0; y < side; y++) {
            int at = to + 3 * side * y;
            PIXEL.set(packed, at, (int) joined[from + y]);
            PIXEL.set(packed, at + 3, (int) joined[from + side + y]);
            PIXEL.set(packed, at + 6, (int) joined[from + 2 * side + y]);
            PIXEL.set(packed, at + 9, (int) joined[from + 3 * side + y]);
            PIXEL.set(packed, at + 12, (int) joined[from + 4 * side + y]);
            PIXEL.set(packed, at + 15, (int) joined[from + 5 * side + y]);
            PIXEL.set(packed, at + 18, (int) joined[from + 6 * side + y]);
            put((int) joined[from + 7 * side + y], packed, at + 21);
        }
    }

    private static void put(int pixel, byte[] packed, int at) {
        packed[at] = (byte) pixel;
        packed[at + 1] = (byte) (pixel >>> 8);
        packed[at + 2] = (byte) (pixel >>> 16);
    }

    /** Three rounded samples as one whole number below 2^24, red in its lowest byte. */
    private static void join(float[] red, float[] green, float[] blue, float[] into) {
        for (int i = 0; i < into.length; i++) {
            float r = (red[i] + ROUNDED) - ROUNDED;
            float g = (green[i] + ROUNDED) - ROUNDED;
            float b = (blue[i] + ROUNDED) - ROUNDED;
            into[i] = r + 0x1p8f * g + 0x1p16f * b;
        }
    }
}
