package io.streamclr.augment.decode.tiff;

import java.io.IOException;
import java.nio.ByteOrder;
import javax.imageio.IIOException;

/**
 * Where the samples of an image lie, and how each is written; checked, so that whoever reads them may trust it.
 *
 * @param width of the image, in pixels, as the header says
 * @param height of the image, in pixels, as the header says
 * @param bands samples of a pixel
 * @param planar whether each band has strips or tiles of its own
 * @param partWidth of a strip or tile, in pixels
 * @param partHeight of a strip or tile, in pixels
 * @param number how a sample is written
 * @param predictor how samples are predicted from those before them: 1 (not at all), 2 or 3
 * @param reversed whether the first bit of a byte is its lowest
 */
record Layout(
        int width,
        int height,
        int bands,
        boolean planar,
        int partWidth,
        int partHeight,
        Number number,
        Compression compression,
        int predictor,
        boolean reversed) {

    static final int WIDTH = 256;
    static final int HEIGHT = 257;
    static final int BITS = 258;
    static final int FILL_ORDER = 266;
    static final int BANDS = 277;
    static final int ROWS_PER_STRIP = 278;
    static final int PLANAR = 284;
    static final int PREDICTOR = 317;
    static final int TILE_WIDTH = 322;
    static final int TILE_HEIGHT = 323;
    static final int EXTRA_SAMPLES = 338;
    static final int SAMPLE_FORMAT = 339;
    private static final int[] NUMBERS = {
        BITS,
        FILL_ORDER,
        BANDS,
        ROWS_PER_STRIP,
        PLANAR,
        PREDICTOR,
        TILE_WIDTH,
        TILE_HEIGHT,
        EXTRA_SAMPLES,
        SAMPLE_FORMAT
    };

    /** Satellites have hundreds. */
    private static final int MOST_BANDS = 256;

    /** Tiles have some hundred pixels a side. */
    private static final int MOST_TILE_SIDE = 1 << 14;

    /** Each strip or tile costs some microseconds, however small it is. */
    private static final int MOST_PARTS = 100_000;

    /** Four inks, and how opaque they are. */
    private static final int MOST_SEEN = 5;

    /** A few pixels may lie in a tile for many, but not in one of hundreds of megabytes. */
    private static final long MOST_BITS_READ = Integer.MAX_VALUE;

    /**
     * How a sample is written.
     *
     * @param bits 1 to 32, or 64
     */
    record Number(int bits, Kind kind, ByteOrder order) {

        /** What the bits of a sample are. */
        enum Kind {
            UNSIGNED,
            SIGNED,
            FLOATING
        }

        /** Whether it is something that was measured, with no end of its range to call black or white. */
        boolean measured() {
            return kind != Kind.UNSIGNED;
        }

        /** What stands for a pixel that nothing shines through. */
        double opaque() {
            return kind == Kind.FLOATING ? 1 : Math.scalb(1.0, bits - 1) - 1;
        }

        /** Whether samples lie at whole bytes, in the file's order; others are packed with the highest bit first. */
        boolean wholeBytes() {
            return (bits % 8 == 0 && bits <= 32) || bits == 64;
        }
    }

    /** @throws IIOException that says "not supported" for a form that is not read */
    static Layout of(TiffDirectory directory) throws IOException {
        if (directory.ambiguous()) {
            throw new IOException("the TIFF file says something twice");
        }
        for (int tag : NUMBERS) {
            if (directory.has(tag) && !directory.isNumber(tag)) {
                throw new IOException("the TIFF file has no whole number under tag " + tag);
            }
        }
        int width = side(directory.number(WIDTH, 0));
        int height = side(directory.number(HEIGHT, 0));
        long bands = directory.number(BANDS, 1);
        if (bands < 1) {
            throw new IOException("the TIFF file has pixels without samples");
        }
        if (bands > MOST_BANDS) {
            throw new IIOException("TIFF of more than " + MOST_BANDS + " bands is not supported");
        }
        boolean tiled = directory.has(TILE_WIDTH);
        int partWidth = tiled ? side(directory.number(TILE_WIDTH, 0)) : width;
        long rows = directory.number(ROWS_PER_STRIP, height);
        int partHeight =
                tiled ? side(directory.number(TILE_HEIGHT, 0)) : (int) (rows <= 0 ? height : Math.min(rows, height));
        if (tiled && (partWidth < 1 || partHeight < 1)) {
            throw new IOException("the TIFF file has tiles without pixels");
        }
        if (tiled && Math.max(partWidth, partHeight) > MOST_TILE_SIDE) {
            throw new IIOException("TIFF with tiles of " + partWidth + " x " + partHeight
                    + " pixels is not supported, but those with sides up to " + MOST_TILE_SIDE);
        }
        Compression compression = Compression.of(directory);
        Layout layout = new Layout(
                width,
                height,
                (int) bands,
                bands > 1 && directory.number(PLANAR, 1) == 2,
                partWidth,
                partHeight,
                numberOf(directory, (int) bands),
                compression,
                compression.predicted() ? (int) Math.min(4, directory.number(PREDICTOR, 1)) : 1,
                directory.number(FILL_ORDER, 1) == 2);
        layout.requireReadable();
        return layout;
    }

    /** Unsigned in the file; what no array has room for is as good as the largest. */
    private static int side(long pixels) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, pixels));
    }

    private static Number numberOf(TiffDirectory directory, int bands) throws IOException {
        long bits = same(directory, BITS, bands, 1);
        long format = same(directory, SAMPLE_FORMAT, bands, 1);
        Number.Kind kind =
                switch ((int) Math.min(Integer.MAX_VALUE, format)) {
                    case 1, 4 -> Number.Kind.UNSIGNED;
                    case 2 -> Number.Kind.SIGNED;
                    case 3 -> Number.Kind.FLOATING;
                    case 5, 6 -> throw new IIOException("TIFF of complex numbers is not supported");
                    default -> throw new IOException("the TIFF file has samples of the unknown format " + format);
                };
        if (bits < 1) {
            throw new IOException("the TIFF file has samples without bits");
        }
        if (bits > 32 && bits != 64) {
            throw new IIOException("TIFF with samples of " + bits + " bits is not supported");
        }
        return new Number((int) bits, kind, directory.order());
    }

    /** What a tag says of each band, or once for all. */
    private static long same(TiffDirectory directory, int tag, int bands, long otherwise) throws IOException {
        long value = directory.number(tag, otherwise);
        for (int band = 1; band < Math.min(bands, directory.count(tag)); band++) {
            if (directory.number(tag, band, value) != value) {
                throw new IIOException("TIFF whose bands differ in their numbers (tag " + tag + ") is not supported");
            }
        }
        return value;
    }

    private void requireReadable() throws IOException {
        int bits = number.bits();
        if (number.kind() == Number.Kind.FLOATING && bits != 16 && bits != 24 && bits != 32 && bits != 64) {
            throw new IIOException("TIFF with floating samples of " + bits + " bits is not supported");
        }
        if (predictor < 1 || predictor > 3) {
            throw new IIOException("TIFF with a predictor other than 1, 2 and 3 is not supported");
        }
        if (predictor == 2 && bits != 8 && bits != 16 && bits != 32 && bits != 64) {
            throw new IIOException("TIFF with differences of samples of " + bits + " bits is not supported");
        }
        if (predictor == 3 && number.kind() != Number.Kind.FLOATING) {
            throw new IOException("the TIFF file predicts floating samples, but has whole ones");
        }
    }

    /**
     * That strips or tiles do not ask for far more than their image has. To be called when its sides are within the limits,
     * which have more to say where they are not.
     *
     * @throws IIOException that says "not supported" otherwise
     */
    void requireModest() throws IIOException {
        if ((long) across() * down() * planesSeen() > MOST_PARTS) {
            throw new IIOException("TIFF of more than " + MOST_PARTS + " strips or tiles is not supported");
        }
        if (bitsRead() > MOST_BITS_READ) {
            throw new IIOException("TIFF of " + width + " x " + height + " pixels in strips or tiles of " + partBytes()
                    + " bytes is not supported");
        }
    }

    private int planesSeen() {
        return planar ? Math.min(bands, MOST_SEEN) : 1;
    }

    int across() {
        return (int) (((long) width + partWidth - 1) / partWidth);
    }

    int down() {
        return (int) (((long) height + partHeight - 1) / partHeight);
    }

    /** Samples that lie together, from pixel to pixel. */
    int stride() {
        return planar ? 1 : bands;
    }

    /** Of a strip or tile, in bytes. */
    long rowBytes() {
        return ((long) partWidth * stride() * number.bits() + 7) / 8;
    }

    /** Of one that need not be whole when it is read, in bytes. */
    long partBytes() {
        return rowBytes() * partHeight;
    }

    /** What is unpacked for each pixel of the image, also of bands and tiles' edges that nobody sees. */
    long bitsRead() {
        long pixels = (long) width * height;
        double parts = (double) across() * down() * planesSeen();
        return (long) Math.ceil(8.0 * parts * partBytes() / pixels);
    }
}
