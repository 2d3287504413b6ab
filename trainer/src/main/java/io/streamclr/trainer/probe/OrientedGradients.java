package io.streamclr.trainer.probe;

import io.streamclr.trainer.encoder.Features;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Histograms of oriented gradients (Dalal and Triggs, CVPR 2005): 9 unsigned directions in square cells, each block of
 * 2 x 2 cells normalised by its length, clipped at 0.2 and normalised again. A pixel counts for the one direction and
 * the one cell that it falls into. Cells are a seventh of the image's shorter side: 4 pixels of 28.
 */
public final class OrientedGradients {

    /** Images that one thread describes before it takes the next ones. */
    private static final int TOGETHER = 256;

    private static final int DIRECTIONS = 9;
    private static final int BLOCK = 2;
    private static final int CELLS = 7;
    private static final double CLIP = 0.2;
    private static final double EPSILON = 1e-5;

    private static final int LARGEST = 255;
    private static final int DIFFERENCES = 2 * LARGEST + 1;

    /** The direction of every gradient that two pixels can have, by its parts down and right: an arctangent takes as long as all the rest. */
    private static final byte[] DIRECTION = new byte[DIFFERENCES * DIFFERENCES];

    static {
        for (int down = -LARGEST; down <= LARGEST; down++) {
            for (int right = -LARGEST; right <= LARGEST; right++) {
                DIRECTION[place(down, right)] = (byte) direction(down, right);
            }
        }
    }

    private final int height;
    private final int width;
    private final int cell;
    private final int cellRows;
    private final int cellColumns;
    private final double[] histograms;
    private final double[] block = new double[BLOCK * BLOCK * DIRECTIONS];

    /** Of images of this size, in pixels; 4 each way at least. */
    OrientedGradients(int height, int width) {
        this.height = height;
        this.width = width;
        this.cell = Math.max(2, Math.min(height, width) / CELLS);
        this.cellRows = height / cell;
        this.cellColumns = width / cell;
        if (cellRows < BLOCK || cellColumns < BLOCK) {
            throw new IllegalArgumentException(
                    "Images of " + height + "x" + width + " pixels are too small for gradients; 4 is the least");
        }
        this.histograms = new double[cellRows * cellColumns * DIRECTIONS];
    }

    /**
     * Histograms of oriented gradients as features, 1,296 of them for images of 28 pixels: what a picture says about
     * shapes without any learning.
     *
     * @param pixels unsigned bytes, (rows, height, width, 3), from its position to its limit; 4 pixels each way at least
     */
    public static Features features(ByteBuffer pixels, int rows, int height, int width) {
        int imageBytes = Math.multiplyExact(Math.multiplyExact(height, width), 3);
        if (rows < 1 || pixels.remaining() != (long) rows * imageBytes) {
            throw new IllegalArgumentException(pixels.remaining() + " bytes are not " + rows + " images of " + height
                    + "x" + width + " RGB pixels");
        }
        int dimension = new OrientedGradients(height, width).dimension();
        ByteBuffer values = Features.allocate(rows, dimension);
        int start = pixels.position();
        IntStream.range(0, (rows + TOGETHER - 1) / TOGETHER).parallel().forEach(part -> {
            int from = part * TOGETHER;
            int some = Math.min(TOGETHER, rows - from);
            OrientedGradients gradients = new OrientedGradients(height, width);
            int rowBytes = dimension * Float.BYTES;
            ByteBuffer target = values.slice(from * rowBytes, some * rowBytes).order(ByteOrder.nativeOrder());
            for (int row = from; row < from + some; row++) {
                gradients.describe(pixels, start + row * imageBytes, target);
            }
        });
        return Features.owning(values, rows, dimension);
    }

    /** How many histogram bins such images have. */
    public static int dimension(int height, int width) {
        return new OrientedGradients(height, width).dimension();
    }

    /** Features of an image: 36 for each place that a block has. */
    int dimension() {
        return (cellRows - BLOCK + 1) * (cellColumns - BLOCK + 1) * block.length;
    }

    /**
     * Appends the features of one image.
     *
     * @param rgb (height, width, 3) unsigned bytes from {@code at} on
     */
    void describe(ByteBuffer rgb, int at, ByteBuffer target) {
        count(rgb, at);
        for (int row = 0; row + BLOCK <= cellRows; row++) {
            for (int column = 0; column + BLOCK <= cellColumns; column++) {
                normalise(row, column);
                for (double value : block) {
                    target.putFloat((float) value);
                }
            }
        }
    }

    /** Fills the histograms; of a pixel's three channels, the one with the strongest gradient counts. */
    private void count(ByteBuffer rgb, int at) {
        Arrays.fill(histograms, 0);
        for (int y = 0; y < cellRows * cell; y++) {
            for (int x = 0; x < cellColumns * cell; x++) {
                int down = 0;
                int right = 0;
                for (int channel = 0; channel < 3; channel++) {
                    int dy = y == 0 || y == height - 1
                            ? 0
                            : value(rgb, at, y + 1, x, channel) - value(rgb, at, y - 1, x, channel);
                    int dx = x == 0 || x == width - 1
                            ? 0
                            : value(rgb, at, y, x + 1, channel) - value(rgb, at, y, x - 1, channel);
                    if (dx * dx + dy * dy > right * right + down * down) {
                        down = dy;
                        right = dx;
                    }
                }
                if (down != 0 || right != 0) {
                    int place = (y / cell * cellColumns + x / cell) * DIRECTIONS;
                    histograms[place + DIRECTION[place(down, right)]] += Math.sqrt(down * down + right * right);
                }
            }
        }
        for (int i = 0; i < histograms.length; i++) {
            histograms[i] /= cell * cell;
        }
    }

    private int value(ByteBuffer rgb, int at, int y, int x, int channel) {
        return rgb.get(at + 3 * (y * width + x) + channel) & 0xff;
    }

    private static int place(int down, int right) {
        return (down + LARGEST) * DIFFERENCES + right + LARGEST;
    }

    /** 0 for angles of 0 to 20 degrees, and so on; opposite gradients have one direction. */
    private static int direction(int down, int right) {
        double turns = Math.atan2(down, right) / Math.PI;
        double half = turns < 0 ? turns + 1 : turns;
        return (int) (half * DIRECTIONS) % DIRECTIONS;
    }

    private void normalise(int row, int column) {
        int next = 0;
        for (int cellRow = row; cellRow < row + BLOCK; cellRow++) {
            int place = (cellRow * cellColumns + column) * DIRECTIONS;
            System.arraycopy(histograms, place, block, next, BLOCK * DIRECTIONS);
            next += BLOCK * DIRECTIONS;
        }
        divide(length());
        for (int i = 0; i < block.length; i++) {
            block[i] = Math.min(block[i], CLIP);
        }
        divide(length());
    }

    private double length() {
        double squares = EPSILON * EPSILON;
        for (double value : block) {
            squares += value * value;
        }
        return Math.sqrt(squares);
    }

    private void divide(double by) {
        for (int i = 0; i < block.length; i++) {
            block[i] /= by;
        }
    }
}
