package io.streamclr.augment.view;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.record.CropBox;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.IntBuffer;

/**
 * Cuts a box out of an image and resizes it to the planes of a canvas: down first, in whole numbers, then across, in
 * floats.
 *
 * <p>The loops are laid out for compilers that make vector instructions of loops over ints or floats, with one index for
 * all arrays, and of nothing else. Down: a row of bytes is copied into a quarter as many ints, and each quarter of its
 * bytes is summed by itself ({@code lane}: every fourth byte from there on). Then rows are turned into columns, the one
 * loop that goes sample by sample. Across: sums of columns.
 */
final class Resampler {

    /** Rows that are turned into columns together: enough to write whole pieces of a cache line. */
    private static final int TURNED = 8;

    /** Bytes of a strip's columns: few enough to stay in the second cache. */
    private static final int STRIP_BYTES = 384 << 10;

    /** Columns of a strip in samples' reaches: what two strips share is summed down twice. */
    private static final int STRIP_REACHES = 24;

    private static final int WIDEST_STRIP = 1024;

    /** From a byte weighed down and across to a grey level. */
    private static final float TO_LEVELS = 0x1.0p-44f;

    private final Filter filter;
    private final Taps across = new Taps();
    private final Taps down = new Taps();

    /** A row of the strip and some bytes more, and the same as ints. */
    private byte[] row = new byte[0];

    private IntBuffer rowAsInts = IntBuffer.allocate(0);

    /** Rows of the strip, four bytes an int; row r lies at r modulo {@code down.count}. */
    private int[][] ring = new int[0][0];

    /** Sums of rows, by row, lane and place in the lane. */
    private int[][][] sums = new int[TURNED][4][0];

    /** By x in the strip: its samples in all rows of the view, red, green and blue one after the other. */
    private float[][] columns = new float[0][0];

    /** As a column, of the view. */
    private float[] column = new float[0];

    Resampler(Filter filter) {
        this.filter = filter;
    }

    /**
     * Fills the canvas, from one strip of the box after the other: a strip's columns stay in the second cache as
     * long as samples read few of them, and memory is bounded however wide the image is.
     *
     * @param box inside the image
     */
    void resample(Pixels image, CropBox box, Canvas canvas) {
        across.lay(filter, box.getWidth(), canvas.side);
        down.lay(filter, box.getHeight(), canvas.side);
        int height = (canvas.side + TURNED - 1) / TURNED * TURNED;
        int wide = Math.max(STRIP_BYTES / (12 * height), STRIP_REACHES * across.count);
        int strip = Math.max(Math.min(wide, WIDEST_STRIP), across.count);
        reserve(Math.min(strip, box.getWidth()), height);
        int next;
        for (int x = 0; x < canvas.side; x = next) {
            int left = across.start[x];
            next = x + 1;
            while (next < canvas.side && across.start[next] + across.count - left <= strip) {
                next++;
            }
            int width = across.start[next - 1] + across.count - left;
            fillColumns(image, box, left, width, canvas.side, height);
            for (int filled = x; filled < next; filled++) {
                sumAcross(filled, left, 3 * height);
                for (int channel = 0; channel < 3; channel++) {
                    System.arraycopy(
                            column, channel * height, canvas.planes[channel], filled * canvas.side, canvas.side);
                }
            }
        }
        if (filter == Filter.BICUBIC) {
            canvas.clip();
        }
    }

    private void reserve(int width, int height) {
        int ints = (3 * width + 3) / 4;
        if (columns.length < width) {
            row = new byte[4 * ints];
            rowAsInts = ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
            sums = new int[TURNED][4][ints];
            column = new float[3 * height];
            columns = new float[width][3 * height];
        }
        if (ring.length < down.count || ring[0].length < ints) {
            ring = new int[Math.max(ring.length, down.count)][row.length / 4];
        }
    }

    /** Sums a strip of the box down, from {@code left} on, into the first columns. */
    private void fillColumns(Pixels image, CropBox box, int left, int width, int side, int height) {
        int ints = (3 * width + 3) / 4;
        int loaded = 0;
        for (int y = 0; y < height; y += TURNED) {
            for (int i = 0; i < Math.min(TURNED, side - y); i++) {
                int end = down.start[y + i] + down.count;
                for (loaded = Math.max(loaded, down.start[y + i]); loaded < end; loaded++) {
                    int at = image.at(box.getX() + left, box.getY() + loaded);
                    System.arraycopy(image.rgb(), at, row, 0, 3 * width);
                    rowAsInts.get(0, ring[loaded % down.count], 0, ints);
                }
                sumDown(y + i, sums[i], ints);
            }
            for (int lane = 0; lane < 4; lane++) {
                turn(sums, lane, columns, y, height, 3 * width);
            }
        }
    }

    /** The weighed sum of the rows that row y of the view reads. */
    private void sumDown(int y, int[][] into, int ints) {
        int at = y * down.count;
        int first = down.start[y] % down.count;
        int begun = 2 + down.count % 2;
        for (int lane = 0; lane < 4; lane++) {
            int shift = 8 * lane;
            if (down.count == 1) {
                set(rowAt(first), down.weights[at], shift, into[lane], ints);
            } else if (begun == 2) {
                set(rowAt(first), rowAt(first + 1), down.weights, at, shift, into[lane], ints);
            } else {
                set(rowAt(first), rowAt(first + 1), rowAt(first + 2), down.weights, at, shift, into[lane], ints);
            }
            int k = begun;
            for (; k + 3 < down.count; k += 4) {
                add(
                        rowAt(first + k),
                        rowAt(first + k + 1),
                        rowAt(first + k + 2),
                        rowAt(first + k + 3),
                        down.weights,
                        at + k,
                        shift,
                        into[lane],
                        ints);
            }
            if (k < down.count) {
                add(rowAt(first + k), rowAt(first + k + 1), down.weights, at + k, shift, into[lane], ints);
            }
        }
    }

    /** The row at a place in the ring, or as many places beyond its end. */
    private int[] rowAt(int place) {
        return ring[place < down.count ? place : place - down.count];
    }

    private static void set(int[] one, int weight, int shift, int[] into, int count) {
        for (int i = 0; i < count; i++) {
            into[i] = weight * ((one[i] >>> shift) & 0xff);
        }
    }

    private static void set(int[] one, int[] two, int[] weights, int at, int shift, int[] into, int count) {
        int a = weights[at];
        int b = weights[at + 1];
        for (int i = 0; i < count; i++) {
            into[i] = a * ((one[i] >>> shift) & 0xff) + b * ((two[i] >>> shift) & 0xff);
        }
    }

    private static void set(
            int[] one, int[] two, int[] three, int[] weights, int at, int shift, int[] into, int count) {
        int a = weights[at];
        int b = weights[at + 1];
        int c = weights[at + 2];
        for (int i = 0; i < count; i++) {
            into[i] = a * ((one[i] >>> shift) & 0xff)
                    + b * ((two[i] >>> shift) & 0xff)
                    + c * ((three[i] >>> shift) & 0xff);
        }
    }

    private static void add(int[] one, int[] two, int[] weights, int at, int shift, int[] into, int count) {
        int a = weights[at];
        int b = weights[at + 1];
        for (int i = 0; i < count; i++) {
            into[i] = into[i] + a * ((one[i] >>> shift) & 0xff) + b * ((two[i] >>> shift) & 0xff);
        }
    }

    private static void add(
            int[] one, int[] two, int[] three, int[] four, int[] weights, int at, int shift, int[] into, int count) {
        int a = weights[at];
        int b = weights[at + 1];
        int c = weights[at + 2];
        int d = weights[at + 3];
        for (int i = 0; i < count; i++) {
            into[i] = into[i]
                    + a * ((one[i] >>> shift) & 0xff)
                    + b * ((two[i] >>> shift) & 0xff)
                    + c * ((three[i] >>> shift) & 0xff)
                    + d * ((four[i] >>> shift) & 0xff);
        }
    }

    /** Writes one lane of summed rows to the columns, from row y of the view on. */
    private static void turn(int[][][] sums, int lane, float[][] columns, int y, int height, int samples) {
        int[] row0 = sums[0][lane];
        int[] row1 = sums[1][lane];
        int[] row2 = sums[2][lane];
        int[] row3 = sums[3][lane];
        int[] row4 = sums[4][lane];
        int[] row5 = sums[5][lane];
        int[] row6 = sums[6][lane];
        int[] row7 = sums[7][lane];
        int count = (samples - lane + 3) / 4;
        for (int i = 0; i < count; i++) {
            int sample = 4 * i + lane;
            int x = sample / 3;
            float[] into = columns[x];
            int at = (sample - 3 * x) * height + y;
            into[at] = row0[i];
            into[at + 1] = row1[i];
            into[at + 2] = row2[i];
            into[at + 3] = row3[i];
            into[at + 4] = row4[i];
            into[at + 5] = row5[i];
            into[at + 6] = row6[i];
            into[at + 7] = row7[i];
        }
    }

    /** The weighed sum of the columns that column x of the view reads, in a strip from {@code left} on. */
    private void sumAcross(int x, int left, int count) {
        int at = x * across.count;
        int first = across.start[x] - left;
        int begun = 2 + across.count % 2;
        if (across.count == 1) {
            set(columns[first], across.weights[at], column, count);
        } else if (begun == 2) {
            set(columns[first], columns[first + 1], across.weights, at, column, count);
        } else {
            set(columns[first], columns[first + 1], columns[first + 2], across.weights, at, column, count);
        }
        for (int k = begun; k + 1 < across.count; k += 2) {
            add(columns[first + k], columns[first + k + 1], across.weights, at + k, column, count);
        }
    }

    private static void set(float[] one, int weight, float[] into, int count) {
        float a = weight * TO_LEVELS;
        for (int i = 0; i < count; i++) {
            into[i] = a * one[i];
        }
    }

    private static void set(float[] one, float[] two, int[] weights, int at, float[] into, int count) {
        float a = weights[at] * TO_LEVELS;
        float b = weights[at + 1] * TO_LEVELS;
        for (int i = 0; i < count; i++) {
            into[i] = a * one[i] + b * two[i];
        }
    }

    private static void set(float[] one, float[] two, float[] three, int[] weights, int at, float[] into, int count) {
        float a = weights[at] * TO_LEVELS;
        float b = weights[at + 1] * TO_LEVELS;
        float c = weights[at + 2] * TO_LEVELS;
        for (int i = 0; i < count; i++) {
            into[i] = a * one[i] + b * two[i] + c * three[i];
        }
    }

    private static void add(float[] one, float[] two, int[] weights, int at, float[] into, int count) {
        float a = weights[at] * TO_LEVELS;
        float b = weights[at + 1] * TO_LEVELS;
        for (int i = 0; i < count; i++) {
            into[i] = into[i] + a * one[i] + b * two[i];
        }
    }
}
