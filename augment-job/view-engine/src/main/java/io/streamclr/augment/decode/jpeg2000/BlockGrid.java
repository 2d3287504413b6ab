package io.streamclr.augment.decode.jpeg2000;

/** The code-blocks of a precinct in one band, row by row, and what packet headers tell of them together. */
final class BlockGrid {

    final Band band;
    final CodeBlock[] blocks;
    final TagTree inclusion;
    final TagTree zeroPlanes;

    /**
     * Cuts a part of a band into blocks.
     *
     * @param blockWidth as a power of two
     * @param blockHeight as a power of two
     */
    BlockGrid(Band band, int x0, int y0, int x1, int y1, int blockWidth, int blockHeight) {
        this.band = band;
        int left = x0 >> blockWidth;
        int top = y0 >> blockHeight;
        boolean empty = x0 >= x1 || y0 >= y1;
        int across = empty ? 0 : across(x0, x1, blockWidth);
        int down = empty ? 0 : across(y0, y1, blockHeight);
        blocks = new CodeBlock[across * down];
        for (int i = 0; i < blocks.length; i++) {
            int column = left + i % across;
            int row = top + i / across;
            int fromX = Math.max(x0, column << blockWidth);
            int fromY = Math.max(y0, row << blockHeight);
            blocks[i] = new CodeBlock(
                    band.atX() + fromX - band.x0(),
                    band.atY() + fromY - band.y0(),
                    Math.min(x1, (column + 1) << blockWidth) - fromX,
                    Math.min(y1, (row + 1) << blockHeight) - fromY);
        }
        inclusion = new TagTree(across, down);
        zeroPlanes = new TagTree(across, down);
    }

    /** How many cells of a grid a range touches. */
    static int across(int from, int to, int power) {
        return (int) (((to + (1L << power) - 1) >> power) - (from >> power));
    }
}
