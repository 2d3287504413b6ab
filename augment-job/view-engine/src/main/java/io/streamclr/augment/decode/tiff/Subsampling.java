package io.streamclr.augment.decode.tiff;

import java.io.IOException;
import java.io.InputStream;

/**
 * How many pixels share the two colour differences of YCbCr, and all show them: such a unit has the brightness of each of
 * its pixels, and then the differences.
 *
 * @param across pixels of a unit, from left to right
 * @param down pixels of a unit, from top to bottom
 */
record Subsampling(int across, int down) {

    /** Every pixel has all samples of its own. */
    static final Subsampling NONE = new Subsampling(1, 1);

    private static final int TAG = 530;

    /** Two and two, where the file does not say. */
    static Subsampling of(TiffDirectory directory) throws IOException {
        long across = directory.number(TAG, 0, 2);
        long down = directory.number(TAG, 1, 2);
        if (!isShare(across) || !isShare(down)) {
            throw new IOException("the TIFF file shares differences among " + across + " x " + down + " pixels");
        }
        return new Subsampling((int) across, (int) down);
    }

    private static boolean isShare(long pixels) {
        return pixels == 1 || pixels == 2 || pixels == 4;
    }

    private int unitBytes() {
        return across * down + 2;
    }

    private int units(int partWidth) {
        return (partWidth + across - 1) / across;
    }

    /** Of a strip or tile as it is stored. */
    long partBytes(Layout layout) {
        return equals(NONE)
                ? layout.partBytes()
                : (long) units(layout.partWidth()) * unitBytes() * ((layout.partHeight() + down - 1) / down);
    }

    /** The rows of a part with all three samples of each pixel, as they are where nothing is shared. */
    InputStream whole(InputStream content, Layout layout) {
        return equals(NONE) ? content : new Rows(content, layout.partWidth());
    }

    /** Reads a row of units, and gives as many rows of pixels as they are high. */
    private final class Rows extends InputStream {

        private final InputStream content;
        private final byte[] units;
        private final byte[] row;
        private int rowOfUnit;
        private int given;

        Rows(InputStream content, int partWidth) {
            this.content = content;
            this.units = new byte[units(partWidth) * unitBytes()];
            this.row = new byte[3 * partWidth];
            this.given = row.length;
        }

        @Override
        public int read() throws IOException {
            return given < row.length || next() ? row[given++] & 0xff : -1;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            if (given == row.length && !next()) {
                return -1;
            }
            int some = Math.min(length, row.length - given);
            System.arraycopy(row, given, to, offset, some);
            given += some;
            return some;
        }

        private boolean next() throws IOException {
            if (rowOfUnit == 0 && content.readNBytes(units, 0, units.length) < units.length) {
                return false;
            }
            for (int x = 0; x < row.length / 3; x++) {
                int unit = x / across * unitBytes();
                row[3 * x] = units[unit + rowOfUnit * across + x % across];
                row[3 * x + 1] = units[unit + across * down];
                row[3 * x + 2] = units[unit + across * down + 1];
            }
            rowOfUnit = (rowOfUnit + 1) % down;
            given = 0;
            return true;
        }

        @Override
        public void close() throws IOException {
            content.close();
        }
    }
}
