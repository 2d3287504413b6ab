package io.streamclr.augment.decode.jpeg2000;

/**
 * How many code-blocks a tile is cut into, before anything is laid out. Most images have 32 x 32 samples and more in a block,
 * and small ones may have what they like; what an image has beyond that counts for the memory of its pixels.
 */
final class BlockCount {

    /** What a precinct takes of memory, in code-blocks. */
    static final int PRECINCT = 8;

    /** A block for each so many samples takes less than a byte for each, which nobody counts. */
    private static final int USUAL_BLOCK = 256;

    private static final int USUAL_MORE = 8_192;
    private static final int BYTES = 200;

    private BlockCount() {}

    /** Blocks of one component that come with its samples. */
    static long usual(long samples) {
        return USUAL_MORE + samples / USUAL_BLOCK;
    }

    /**
     * Blocks of one component at most, wherever its tile lies; a precinct counts as several.
     *
     * @param width of the component's part of a tile
     * @param height of the component's part of a tile
     */
    static long most(Coding coding, long width, long height) {
        long most = 0;
        for (int resolution = 0; resolution <= coding.levels(); resolution++) {
            int coarser = coding.levels() - resolution;
            long columns = (width >> coarser) + 2;
            long rows = (height >> coarser) + 2;
            int wide = coding.precinctWidth(resolution);
            int high = coding.precinctHeight(resolution);
            most += PRECINCT * touched(columns, wide) * touched(rows, high);
            int half = resolution > 0 ? 1 : 0;
            long blocks = touched((columns >> half) + 1, coding.blockWidth(resolution))
                    * touched((rows >> half) + 1, coding.blockHeight(resolution));
            most += (resolution > 0 ? 3 : 1) * blocks;
        }
        return most;
    }

    /** How many cells of a grid a range of this length touches at most. */
    private static long touched(long length, int power) {
        return (length >> power) + 2;
    }

    /** Bits of memory for each pixel of an image, of what its largest tile has beyond the usual. */
    static int bitsPerPixel(Size size, Parameters parameters) {
        long tileWidth = Math.min(size.tileWidth(), size.x1() - size.x0());
        long tileHeight = Math.min(size.tileHeight(), size.y1() - size.y0());
        double beyond = 0;
        for (int index = 0; index < size.components().size(); index++) {
            Size.Component component = size.components().get(index);
            long width = Size.up(tileWidth, component.dx()) + 1;
            long height = Size.up(tileHeight, component.dy()) + 1;
            double most = most(parameters.coding(index), width, height);
            beyond += Math.max(0, most - usual(width * height));
        }
        double pixels = Math.max(1.0, (double) size.width() * size.height());
        return (int) Math.min(Integer.MAX_VALUE / 2, Math.ceil(8 * BYTES * beyond / pixels));
    }
}
