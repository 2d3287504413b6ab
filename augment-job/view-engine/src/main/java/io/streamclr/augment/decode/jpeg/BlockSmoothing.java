package io.streamclr.augment.decode.jpeg;

/**
 * Guesses the first coefficients of blocks whose later scans are missing from how light the blocks around them are, as
 * libjpeg-turbo 2.1 does (T.81, K.8, in a window of five by five blocks). Only what is still zero is guessed, and never
 * more than the missing bits can hold.
 */
final class BlockSmoothing {

    private static final int[] PLACES = {0, 1, 8, 16, 9, 2, 3, 10, 17, 24};

    /**
     * For each of the coefficients, in zigzag order, how the blocks around have a say in it, row by row, in 256ths: where
     * nothing but the first coefficients is known ...
     */
    private static final int[][] OF_MEANS = {
        {-2, -6, -8, -6, -2, -6, 6, 42, 6, -6, -8, 42, 152, 42, -8, -6, 6, 42, 6, -6, -2, -6, -8, -6, -2},
        {-1, -1, 0, 1, 1, -3, 13, 0, -13, 3, -3, 38, 0, -38, 3, -3, 13, 0, -13, 3, -1, -1, 0, 1, 1},
        {-1, -3, -3, -3, -1, -1, 13, 38, 13, -1, 0, 0, 0, 0, 0, 1, -13, -38, -13, 1, 1, 3, 3, 3, 1},
        {0, 0, 1, 0, 0, 0, 2, 7, 2, 0, 0, -5, -14, -5, 0, 0, 2, 7, 2, 0, 0, 0, 1, 0, 0},
        {-1, 0, 0, 0, 1, 0, 9, 0, -9, 0, 0, 0, 0, 0, 0, 0, -9, 0, 9, 0, 1, 0, 0, 0, -1},
        {0, 0, 0, 0, 0, 0, 2, -5, 2, 0, 1, 7, -14, 7, 1, 0, 2, -5, 2, 0, 0, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0, 2, 0, -2, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 1, -3, 1, 0, 0, 0, 0, 0, 0, 0, -1, 3, -1, 0, 0, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 1, 0, -1, 0, 0, -3, 0, 3, 0, 0, 1, 0, -1, 0, 0, 0, 0, 0, 0},
        {0, 0, 0, 0, 0, 0, 1, 2, 1, 0, 0, 0, 0, 0, 0, 0, -1, -2, -1, 0, 0, 0, 0, 0, 0}
    };

    /** ... and where more is known; then the first is left as it is. */
    private static final int[][] OF_DETAILS = {
        {},
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -7, 50, 0, -50, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
        {0, 0, -7, 0, 0, 0, 0, 50, 0, 0, 0, 0, 0, 0, 0, 0, 0, -50, 0, 0, 0, 0, 7, 0, 0},
        {0, 0, -1, 0, 0, 0, 0, 13, 0, 0, 0, 0, -24, 0, 0, 0, 0, 13, 0, 0, 0, 0, -1, 0, 0},
        {0, -1, 0, 1, 0, -1, 10, 0, -10, 1, 0, 0, 0, 0, 0, 1, -10, 0, 10, -1, 0, 1, 0, -1, 0},
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, 13, -24, 13, -1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}
    };

    private final int groupRows;
    private final short[] block = new short[Component.BLOCK];
    private final int[] around = new int[25];

    BlockSmoothing(Frame frame) {
        this.groupRows = frame.groupRows();
    }

    /** Whether these tables allow it: it divides by their first entries. */
    static boolean canBeOf(Frame frame) {
        for (Component component : frame.components()) {
            for (int place : PLACES) {
                if (component.quantisation == null || component.quantisation[place] == 0) {
                    return false;
                }
            }
        }
        return true;
    }

    /**
     * A block with what is guessed.
     *
     * @param missing how many low bits are missing of each coefficient, in zigzag order
     * @return 64 coefficients, overwritten by the next call
     */
    short[] smoothed(Component component, int row, int column, int[] missing) {
        System.arraycopy(component.coefficients, component.at(row, column), block, 0, block.length);
        lookAround(component, row, column);
        boolean means = true;
        for (int k = 1; k < PLACES.length; k++) {
            means &= missing[k] == Progress.UNKNOWN;
        }
        int[][] weights = means ? OF_MEANS : OF_DETAILS;
        int[] quantisation = component.quantisation;
        for (int k = 1; k < weights.length; k++) {
            int place = PLACES[k];
            if (missing[k] != 0 && block[place] == 0) {
                block[place] = (short) guess(weights[k], quantisation[0], quantisation[place], missing[k]);
            }
        }
        if (means) {
            block[0] = (short) guess(weights[0], quantisation[0], quantisation[0], 0);
        }
        return block;
    }

    private int guess(int[] weights, int scale, int quantum, int missingBits) {
        long sum = 0;
        for (int i = 0; i < around.length; i++) {
            sum += weights[i] * around[i];
        }
        sum *= scale;
        int guess = (int) ((((long) quantum << 7) + Math.abs(sum)) / ((long) quantum << 8));
        if (missingBits > 0 && guess >= 1 << missingBits) {
            guess = (1 << missingBits) - 1;
        }
        return sum >= 0 ? guess : -guess;
    }

    /** Collects the first coefficients of the blocks around; beyond a border, and near some, those of the nearest row. */
    private void lookAround(Component component, int row, int column) {
        int group = row / component.down;
        int inGroup = row % component.down;
        int rowsInGroup = group < groupRows - 1 ? component.down : lastRows(component);
        boolean hasAbove = row > 0;
        boolean hasSecondAbove = inGroup > 1 || group > 1;
        boolean hasBelow = inGroup < rowsInGroup - 1 || group < groupRows - 1;
        boolean hasSecondBelow = inGroup < rowsInGroup - 2 || group + 1 < groupRows - 1;
        int above = hasAbove ? row - 1 : row;
        int below = hasBelow ? row + 1 : row;
        look(component, hasSecondAbove ? row - 2 : above, column, 0);
        look(component, above, column, 5);
        look(component, row, column, 10);
        look(component, below, column, 15);
        look(component, hasSecondBelow ? row + 2 : below, column, 20);
    }

    private static int lastRows(Component component) {
        int rows = component.blocksDown % component.down;
        return rows == 0 ? component.down : rows;
    }

    private void look(Component component, int row, int column, int to) {
        int last = component.blocksAcross - 1;
        for (int x = 0; x < 5; x++) {
            int there = Math.max(0, column + x - 2);
            if (there > last) {
                // Where there are two blocks in a row, libjpeg-turbo 2.1 sees the first one after the second.
                there = last == 1 ? 0 : last;
            }
            around[to + x] = component.coefficients[component.at(row, there)];
        }
    }
}
