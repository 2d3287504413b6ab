package io.streamclr.augment.decode.jpeg2000;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOException;

/** One component of one tile: its bands, and its precincts with their code-blocks (annex B). */
final class TileComponent {

    /** More bits than these and its own a component's coefficients do not have in any honest file. */
    private static final int MOST_MORE_PLANES = 18;

    private static final int MOST_PLANES = 30;

    final int x0;
    final int y0;
    final int x1;
    final int y1;
    final Coding coding;
    final List<Precinct> precincts = new ArrayList<>();

    private final int index;
    private final Size.Component component;
    private final Quantisation quantisation;

    /** Coefficients, then samples, row by row; as whole numbers if the transform is reversible. */
    int[] whole;

    float[] fractional;

    /**
     * Lays out what a tile has of a component.
     *
     * @param tile its corners on the common grid: left, top, right, bottom
     * @param mostBlocks how many code-blocks there may be; a precinct counts as several
     */
    TileComponent(int index, Size.Component component, Parameters parameters, long[] tile, long mostBlocks)
            throws IOException {
        this.index = index;
        this.component = component;
        this.coding = parameters.coding(index);
        this.quantisation = parameters.quantisation(index);
        x0 = (int) Size.up(tile[0], component.dx());
        y0 = (int) Size.up(tile[1], component.dy());
        x1 = (int) Size.up(tile[2], component.dx());
        y1 = (int) Size.up(tile[3], component.dy());
        long left = mostBlocks;
        for (int resolution = 0; resolution <= coding.levels(); resolution++) {
            left = layOut(resolution, tile, left);
        }
    }

    int width() {
        return x1 - x0;
    }

    int height() {
        return y1 - y0;
    }

    /** A coordinate of a resolution. */
    int at(int coordinate, int resolution) {
        return (int) shifted(coordinate, coding.levels() - resolution);
    }

    private static long shifted(long coordinate, int power) {
        return (coordinate + (1L << power) - 1) >> power;
    }

    private long layOut(int resolution, long[] tile, long mostBlocks) throws IOException {
        int left = at(x0, resolution);
        int top = at(y0, resolution);
        int right = at(x1, resolution);
        int bottom = at(y1, resolution);
        List<Band> bands = bands(resolution);
        if (left >= right || top >= bottom) {
            return mostBlocks;
        }
        int wide = coding.precinctWidth(resolution);
        int high = coding.precinctHeight(resolution);
        int across = BlockGrid.across(left, right, wide);
        int down = BlockGrid.across(top, bottom, high);
        int blockWidth = coding.blockWidth(resolution);
        int blockHeight = coding.blockHeight(resolution);
        long blocks = (long) BlockCount.PRECINCT * across * down;
        for (Band band : bands) {
            if (band.x0() < band.x1() && band.y0() < band.y1()) {
                blocks += (long) BlockGrid.across(band.x0(), band.x1(), blockWidth)
                        * BlockGrid.across(band.y0(), band.y1(), blockHeight);
            }
        }
        if (blocks > mostBlocks) {
            throw new IIOException(
                    "JPEG 2000 with tiles of more code-blocks than its header announces is not supported");
        }
        int finer = coding.levels() - resolution;
        for (int number = 0; number < across * down; number++) {
            long fromX = ((left >> wide) + number % across + 0L) << wide;
            long fromY = ((top >> high) + number / across + 0L) << high;
            List<BlockGrid> grids = new ArrayList<>(bands.size());
            int half = resolution > 0 ? 1 : 0;
            for (Band band : bands) {
                grids.add(new BlockGrid(
                        band,
                        (int) Math.max(band.x0(), fromX >> half),
                        (int) Math.max(band.y0(), fromY >> half),
                        (int) Math.min(band.x1(), (fromX + (1L << wide)) >> half),
                        (int) Math.min(band.y1(), (fromY + (1L << high)) >> half),
                        blockWidth,
                        blockHeight));
            }
            precincts.add(new Precinct(
                    index,
                    resolution,
                    number,
                    fromX < left ? tile[0] : (fromX << finer) * component.dx(),
                    fromY < top ? tile[1] : (fromY << finer) * component.dy(),
                    grids));
        }
        return mostBlocks - blocks;
    }

    private List<Band> bands(int resolution) throws IOException {
        List<Band> bands = new ArrayList<>(3);
        if (resolution == 0) {
            bands.add(band(0, 0, coding.levels(), 0, 0));
            return bands;
        }
        int atX = at(x1, resolution - 1) - at(x0, resolution - 1);
        int atY = at(y1, resolution - 1) - at(y0, resolution - 1);
        int power = coding.levels() - resolution + 1;
        for (int orientation = 1; orientation <= 3; orientation++) {
            bands.add(band(
                    orientation,
                    3 * resolution - 3 + orientation,
                    power,
                    (orientation & 1) == 0 ? 0 : atX,
                    (orientation & 2) == 0 ? 0 : atY));
        }
        return bands;
    }

    private Band band(int orientation, int number, int power, int atX, int atY) throws IOException {
        int exponent = quantisation.exponent(number);
        int planes = quantisation.guard() + exponent - 1;
        int gain = Integer.bitCount(orientation);
        double step = StrictMath.scalb(1 + quantisation.mantissa(number) / 2048.0, component.bits() + gain - exponent);
        return new Band(
                orientation,
                corner(x0, orientation & 1, power),
                corner(y0, orientation >> 1, power),
                corner(x1, orientation & 1, power),
                corner(y1, orientation >> 1, power),
                atX,
                atY,
                planes,
                (float) step);
    }

    /** Of a band, whose coefficients stand at every other place of the finer resolution. */
    private static int corner(int coordinate, int high, int power) {
        return high == 0 ? (int) shifted(coordinate, power) : (int) shifted(coordinate - (1L << (power - 1)), power);
    }

    int mostPlanes() {
        return Math.min(MOST_PLANES, component.bits() + MOST_MORE_PLANES);
    }
}
