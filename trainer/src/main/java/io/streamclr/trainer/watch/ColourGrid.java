package io.streamclr.trainer.watch;

import io.streamclr.trainer.torch.ByteRows;
import java.nio.ByteBuffer;

/** What images look like from afar: the colours of {@value #CELLS} x {@value #CELLS} cells of a view. */
final class ColourGrid {

    private static final int CELLS = 4;
    /** Pixels that are looked at, along each side of a cell: all of them would cost as much as decoding. */
    private static final int POINTS = 2;

    private static final int ALONG = CELLS * POINTS;
    private static final int CHANNELS = 3;

    /** Numbers of a grid. */
    static final int LENGTH = CELLS * CELLS * CHANNELS;

    private ColourGrid() {}

    /**
     * The mean of the grids of both views of a pair.
     *
     * @param views 2N rows of (height, width, 3) unsigned bytes; rows i and N + i show the same image
     * @param pair i, from 0
     * @param pairs N
     * @return {@link #LENGTH} numbers in [0, 1]
     */
    static float[] of(ByteRows views, int pair, int pairs, int height, int width) {
        float[] grid = new float[LENGTH];
        add(views.row(pair), height, width, grid);
        add(views.row(pairs + pair), height, width, grid);
        for (int i = 0; i < LENGTH; i++) {
            grid[i] /= 2 * POINTS * POINTS * 255;
        }
        return grid;
    }

    private static void add(ByteBuffer view, int height, int width, float[] grid) {
        for (int y = 0; y < ALONG; y++) {
            int row = (2 * y + 1) * height / (2 * ALONG);
            for (int x = 0; x < ALONG; x++) {
                int column = (2 * x + 1) * width / (2 * ALONG);
                int pixel = (row * width + column) * CHANNELS;
                int cell = (y / POINTS * CELLS + x / POINTS) * CHANNELS;
                for (int channel = 0; channel < CHANNELS; channel++) {
                    grid[cell + channel] += view.get(pixel + channel) & 0xff;
                }
            }
        }
    }
}
