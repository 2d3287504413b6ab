package io.streamclr.schemas.identity;

/**
 * A difference hash of 64 bits, by which pictures that look alike can be recognised: the picture is averaged to 9 x 8
 * grey cells, and each bit says whether a cell is brighter than its right neighbour. Scaling, compression and
 * brightness change few bits; cropping and mirroring change many. All arithmetic is in whole numbers, so the same
 * pixels have the same hash on every machine.
 */
public final class PictureHash {

    /**
     * What a picture has that is too plain or too small to be distinguished from others, and one that does nothing but
     * brighten from left to right.
     */
    public static final long PLAIN = 0;

    private static final int COLUMNS = 9;
    private static final int ROWS = 8;

    /** Rows of pixels that a cell is averaged from, at most; of a higher one every second, every third and so on. */
    private static final int MOST_ROWS = 64;
    /** Cells that differ by less, in 1/255 of the brightness, are alike up to noise. */
    private static final int LEAST_DIFFERENCE = 2;
    /** With fewer cells that differ, a picture is too plain to be distinguished from others. */
    private static final int FEWEST_DIFFERENT = 20;

    private PictureHash() {}

    /** The pixels of a picture, row by row. */
    @FunctionalInterface
    public interface Rows {

        /**
         * Reads the brightness of a row, of each pixel as {@link PictureHash#brightness} has it.
         *
         * @param y the row, 0 for the top
         * @param into takes them, from 0 on
         */
        void read(int y, int[] into);
    }

    /** Grey of a colour, 0 to 255,000 (ITU-R 601). @param red and the others 0 to 255 */
    public static int brightness(int red, int green, int blue) {
        return 299 * red + 587 * green + 114 * blue;
    }

    /**
     * The hash of a picture.
     *
     * @param width in pixels, 1 or more
     * @param height in pixels, 1 or more
     */
    public static long of(int width, int height, Rows picture) {
        if (width < COLUMNS || height < ROWS) {
            return PLAIN;
        }
        int[] cells = cells(width, height, picture);
        long hash = 0;
        int different = 0;
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS - 1; column++) {
                int difference = cells[row * COLUMNS + column] - cells[row * COLUMNS + column + 1];
                hash = (hash << 1) | (difference > 0 ? 1 : 0);
                different += Math.abs(difference) >= LEAST_DIFFERENCE * 1000 ? 1 : 0;
            }
        }
        return different < FEWEST_DIFFERENT ? PLAIN : hash;
    }

    /** Mean brightness of each cell, 0 to 255,000. */
    private static int[] cells(int width, int height, Rows picture) {
        int[] cells = new int[COLUMNS * ROWS];
        int[] pixels = new int[width];
        int[] left = new int[COLUMNS + 1];
        for (int column = 0; column <= COLUMNS; column++) {
            left[column] = (int) ((long) column * width / COLUMNS);
        }
        for (int row = 0; row < ROWS; row++) {
            int top = (int) ((long) row * height / ROWS);
            int bottom = (int) ((row + 1L) * height / ROWS);
            int step = (bottom - top + MOST_ROWS - 1) / MOST_ROWS;
            int read = (bottom - top + step - 1) / step;
            long[] sums = new long[COLUMNS];
            for (int y = top; y < bottom; y += step) {
                picture.read(y, pixels);
                for (int column = 0; column < COLUMNS; column++) {
                    sums[column] += sum(pixels, left[column], left[column + 1]);
                }
            }
            for (int column = 0; column < COLUMNS; column++) {
                long area = (long) read * (left[column + 1] - left[column]);
                cells[row * COLUMNS + column] = (int) (sums[column] / area);
            }
        }
        return cells;
    }

    private static long sum(int[] values, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i];
        }
        return sum;
    }
}
