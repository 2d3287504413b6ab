package io.streamclr.augment.decode.jpeg2000;

import java.util.List;

/** Code-blocks of one resolution that lie near each other; each packet brings a layer of one of these. */
final class Precinct {

    final int component;
    final int resolution;

    /** Among those of its resolution, row by row. */
    final int number;

    /** Where it counts as being, on the common grid. */
    final long x;

    final long y;

    /** One for each band of its resolution. */
    final List<BlockGrid> grids;

    int nextLayer;

    Precinct(int component, int resolution, int number, long x, long y, List<BlockGrid> grids) {
        this.component = component;
        this.resolution = resolution;
        this.number = number;
        this.x = x;
        this.y = y;
        this.grids = grids;
    }
}
