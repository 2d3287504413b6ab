package io.streamclr.augment.view;

import java.util.Arrays;

/**
 * The view being drawn: three planes of {@code side x side} float samples in [0, 255], row-major, and room to work in.
 * Made once for an engine and used for every view, so no operation allocates per view or row.
 */
final class Canvas {

    /** In pixels. */
    final int side;

    /** Red, green and blue, each of {@code side * side} samples. */
    final float[][] planes;

    /** Another plane's worth of samples; any operation may write here and none expects to find anything. */
    final float[] scratch;

    /** Samples of a strip: few enough for all strips to stay in the first cache. */
    static final int STRIP = 1024;

    /** As {@link #scratch}: strips for an operation that takes several loops over the same samples. */
    final float[][] strips = new float[6][STRIP];

    /** As {@link #scratch}: one row. */
    final float[] line;

    /** As {@link #scratch}: a plane as one array a row, and after those some more rows, each with room for a kernel beyond both ends. */
    final float[][] rows;

    /** How many rows there are beyond one plane's. */
    static final int SPARE_ROWS = 6;

    Canvas(int side) {
        this.side = side;
        this.planes = new float[3][side * side];
        this.scratch = new float[side * side];
        this.line = new float[side];
        this.rows = new float[side + SPARE_ROWS][3 * side];
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

    /** The mean of the grey values: columns first and then across them, an order that vectorises and never varies. */
    float meanGrey() {
        grey(scratch);
        Arrays.fill(line, 0, side, 0f);
        for (int y = 0; y < side; y++) {
            addRow(scratch, y * side, line, side);
        }
        double sum = 0;
        for (int x = 0; x < side; x++) {
            sum += line[x];
        }
        return (float) (sum / ((double) side * side));
    }

    private static void addRow(float[] from, int offset, float[] sums, int count) {
        for (int x = 0; x < count; x++) {
            sums[x] += from[offset + x];
        }
    }

    /** The samples rounded to bytes, halves up: packed RGB, row-major, {@code 3 * side * side} bytes, newly made. */
    byte[] pack() {
        byte[] packed = new byte[3 * side * side];
        float[] red = planes[0];
        float[] green = planes[1];
        float[] blue = planes[2];
        for (int i = 0, at = 0; i < side * side; i++, at += 3) {
            packed[at] = (byte) (int) (red[i] + 0.5f);
            packed[at + 1] = (byte) (int) (green[i] + 0.5f);
            packed[at + 2] = (byte) (int) (blue[i] + 0.5f);
        }
        return packed;
    }
}
