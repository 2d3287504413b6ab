package io.streamclr.augment.decode.jpeg;

/** One component of a frame: its sampling, where its blocks lie, and, once they are read, its coefficients. */
final class Component {

    static final int BLOCK = 64;

    final int id;
    final int across;
    final int down;
    final int table;

    /** Sides in samples that count, and in blocks that hold any of them. */
    int width;

    int height;
    int blocksAcross;
    int blocksDown;

    /** Blocks in a row of memory, and rows: whole groups of blocks, as interleaved scans have them. */
    int storedAcross;

    int storedDown;

    /** Of each block 64, in rows of the block; of lossless files the samples, in rows. Allocated when pixels are. */
    short[] coefficients;

    /** Of lossless samples, how many low bits are left out. */
    int leftOut;

    /** In rows of a block, as it was when the component's first scan began; null before that. */
    int[] quantisation;

    Component(int id, int across, int down, int table) {
        this.id = id;
        this.across = across;
        this.down = down;
        this.table = table;
    }

    void layOut(int imageWidth, int imageHeight, int mostAcross, int mostDown) {
        width = ceil((long) imageWidth * across, mostAcross);
        height = ceil((long) imageHeight * down, mostDown);
        blocksAcross = ceil((long) imageWidth * across, 8L * mostAcross);
        blocksDown = ceil((long) imageHeight * down, 8L * mostDown);
        storedAcross = ceil(imageWidth, 8L * mostAcross) * across;
        storedDown = ceil(imageHeight, 8L * mostDown) * down;
    }

    /** Where the coefficients of a block begin. */
    int at(int row, int column) {
        return BLOCK * (row * storedAcross + column);
    }

    private static int ceil(long value, long by) {
        return (int) ((value + by - 1) / by);
    }
}
