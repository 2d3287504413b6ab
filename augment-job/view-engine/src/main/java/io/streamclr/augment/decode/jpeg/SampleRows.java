package io.streamclr.augment.decode.jpeg;

import java.util.Arrays;

/**
 * The samples of one component, row by row from the top, enlarged to the sides of the image. Colours of half the
 * resolution are smoothed as libjpeg-turbo smooths them; other parts are repeated.
 */
final class SampleRows {

    /** A row of samples needs its neighbours, so at most two rows of blocks are in use at a time. */
    private static final int BANDS = 4;

    private final Component component;
    private final int place;
    private final Progress progress;
    private final BlockSmoothing smoothing;
    private final InverseDct transform;
    private final int across;
    private final int down;
    private final int stride;
    private final short[][] bands = new short[BANDS][];
    private final int[] bandRows = {-1, -1, -1, -1};
    private final int grey;

    /** @param smoothing null if the blocks are to stay as they are */
    SampleRows(Frame frame, int place, Progress progress, BlockSmoothing smoothing) {
        this.component = frame.components()[place];
        this.place = place;
        this.progress = progress;
        this.smoothing = smoothing;
        this.transform = new InverseDct(frame.precision());
        this.across = frame.mostAcross() / component.across;
        this.down = frame.mostDown() / component.down;
        this.stride = 8 * component.blocksAcross;
        this.grey = 1 << (frame.precision() - 1);
    }

    /**
     * Writes a row of the image.
     *
     * @param y not above the one before
     * @param row as long as the image is wide
     */
    void write(int y, short[] row) {
        boolean smooth = component.width > 2;
        if (across == 1 && down == 2) {
            blendRows(y, row);
        } else if (across == 2 && down == 1 && smooth) {
            blendColumns(y, row);
        } else if (across == 2 && down == 2 && smooth) {
            blendBoth(y, row);
        } else {
            repeat(y / down, row);
        }
    }

    private void repeat(int sampleRow, short[] row) {
        short[] band = band(sampleRow);
        int from = at(sampleRow);
        if (across == 1) {
            System.arraycopy(band, from, row, 0, row.length);
        } else {
            for (int x = 0; x < row.length; x++) {
                row[x] = band[from + x / across];
            }
        }
    }

    /** Three quarters of the nearer row and one of the farther. */
    private void blendRows(int y, short[] row) {
        int near = y / 2;
        int far = neighbour(y);
        short[] nearBand = band(near);
        short[] farBand = band(far);
        int nearAt = at(near);
        int farAt = at(far);
        int bias = 1 + y % 2;
        for (int x = 0; x < row.length; x++) {
            row[x] = (short) ((3 * nearBand[nearAt + x] + farBand[farAt + x] + bias) >> 2);
        }
    }

    /** Three quarters of the nearer column and one of the farther. */
    private void blendColumns(int y, short[] row) {
        short[] band = band(y);
        int from = at(y);
        int last = component.width - 1;
        for (int x = 0; x < row.length; x++) {
            int near = x / 2;
            int far = x % 2 == 0 ? near - 1 : near + 1;
            int sample = band[from + near];
            row[x] =
                    far < 0 || far > last ? (short) sample : (short) ((3 * sample + band[from + far] + 1 + x % 2) >> 2);
        }
    }

    private void blendBoth(int y, short[] row) {
        int nearRow = y / 2;
        int farRow = neighbour(y);
        short[] nearBand = band(nearRow);
        short[] farBand = band(farRow);
        int nearAt = at(nearRow);
        int farAt = at(farRow);
        int last = component.width - 1;
        for (int x = 0; x < row.length; x++) {
            int near = x / 2;
            int far = Math.max(0, Math.min(last, x % 2 == 0 ? near - 1 : near + 1));
            int nearSum = 3 * nearBand[nearAt + near] + farBand[farAt + near];
            int farSum = 3 * nearBand[nearAt + far] + farBand[farAt + far];
            row[x] = (short) ((3 * nearSum + farSum + 8 - x % 2) >> 4);
        }
    }

    /** The other row of samples that is next to a row of the image. */
    private int neighbour(int y) {
        int row = y / 2;
        return Math.max(0, Math.min(component.height - 1, y % 2 == 0 ? row - 1 : row + 1));
    }

    private int at(int sampleRow) {
        return sampleRow % 8 * stride;
    }

    /** The row of blocks that has this row of samples. */
    private short[] band(int sampleRow) {
        int blockRow = sampleRow / 8;
        int which = blockRow % BANDS;
        if (bandRows[which] != blockRow) {
            if (bands[which] == null) {
                bands[which] = new short[8 * stride];
            }
            fill(bands[which], blockRow);
            bandRows[which] = blockRow;
        }
        return bands[which];
    }

    private void fill(short[] band, int blockRow) {
        if (component.quantisation == null) {
            Arrays.fill(band, (short) grey);
            return;
        }
        int[] missing = smoothing == null ? null : progress.missing(place, blockRow / component.down);
        for (int column = 0; column < component.blocksAcross; column++) {
            short[] coefficients = component.coefficients;
            int from = component.at(blockRow, column);
            if (smoothing != null) {
                coefficients = smoothing.smoothed(component, blockRow, column, missing);
                from = 0;
            }
            transform.transform(coefficients, from, component.quantisation, band, 8 * column, stride);
        }
    }
}
