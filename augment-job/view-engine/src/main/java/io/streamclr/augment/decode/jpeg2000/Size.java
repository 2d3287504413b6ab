package io.streamclr.augment.decode.jpeg2000;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.IIOException;

/**
 * Marker SIZ: an image, its tiles and its components on a common grid (A.5.1).
 *
 * @param x0 where the image begins
 * @param x1 where it ends, exclusive
 * @param tileWidth of all tiles but those that the image's border cuts
 * @param tileX0 where the first tile begins
 */
record Size(
        long x0,
        long y0,
        long x1,
        long y1,
        long tileX0,
        long tileY0,
        long tileWidth,
        long tileHeight,
        List<Component> components) {

    /** Enough for CMYK with alpha. */
    private static final int MOST_COMPONENTS = 5;

    private static final int MOST_BITS = 16;
    private static final int HIGH_THROUGHPUT = 0x4000;

    /** Beyond, corners of code-blocks could not be computed with whole numbers of 32 bits. */
    private static final long FARTHEST = 1 << 30;

    /**
     * One channel as it is stored.
     *
     * @param bits of a sample
     * @param signed whether samples lie around 0
     * @param dx samples stand at every so many columns of the grid
     * @param dy samples stand at every so many rows of the grid
     */
    record Component(int bits, boolean signed, int dx, int dy) {}

    static Size read(Bytes in) throws IOException {
        if ((in.word() & HIGH_THROUGHPUT) != 0) {
            throw new IIOException("JPEG 2000 of high throughput (HTJ2K) is not supported");
        }
        long x1 = in.number();
        long y1 = in.number();
        long x0 = in.number();
        long y0 = in.number();
        long tileWidth = in.number();
        long tileHeight = in.number();
        long tileX0 = in.number();
        long tileY0 = in.number();
        int count = in.word();
        if (count > MOST_COMPONENTS) {
            throw new IIOException("JPEG 2000 with " + count + " components is not supported");
        }
        List<Component> components = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int depth = in.octet();
            components.add(new Component((depth & 127) + 1, depth > 127, in.octet(), in.octet()));
        }
        for (Component component : components) {
            if (component.bits > MOST_BITS) {
                throw new IIOException("JPEG 2000 of " + component.bits + " bits is not supported");
            }
        }
        boolean sound = count > 0
                && components.stream().allMatch(component -> component.dx > 0 && component.dy > 0)
                && x0 < x1
                && y0 < y1
                && tileX0 <= x0
                && tileY0 <= y0
                && tileX0 + tileWidth > x0
                && tileY0 + tileHeight > y0;
        if (!sound) {
            throw Bytes.broken("contradicts itself about the image's place and size");
        }
        return new Size(x0, y0, x1, y1, tileX0, tileY0, tileWidth, tileHeight, List.copyOf(components));
    }

    private int finest(boolean across) {
        return components.stream()
                .mapToInt(component -> across ? component.dx : component.dy)
                .min()
                .orElseThrow();
    }

    /** Columns of the component that has most. */
    int width() {
        return (int) Math.min(Integer.MAX_VALUE, up(x1, finest(true)) - up(x0, finest(true)));
    }

    /** Rows of the component that has most. */
    int height() {
        return (int) Math.min(Integer.MAX_VALUE, up(y1, finest(false)) - up(y0, finest(false)));
    }

    int left(int component) {
        return (int) up(x0, components.get(component).dx);
    }

    int top(int component) {
        return (int) up(y0, components.get(component).dy);
    }

    int columns(int component) {
        return (int) up(x1, components.get(component).dx) - left(component);
    }

    int rows(int component) {
        return (int) up(y1, components.get(component).dy) - top(component);
    }

    int samples(int component) {
        return Math.multiplyExact(columns(component), rows(component));
    }

    /** Which column of a component shows at a column of the image. */
    int column(int component, int x) {
        int dx = finest(true);
        long there = (up(x0, dx) + x) * dx / components.get(component).dx - left(component);
        return (int) Math.max(0, Math.min(columns(component) - 1, there));
    }

    /** Which row of a component shows at a row of the image. */
    int row(int component, int y) {
        int dy = finest(false);
        long there = (up(y0, dy) + y) * dy / components.get(component).dy - top(component);
        return (int) Math.max(0, Math.min(rows(component) - 1, there));
    }

    long tilesAcross() {
        return up(x1 - tileX0, tileWidth);
    }

    long tiles() {
        return tilesAcross() * up(y1 - tileY0, tileHeight);
    }

    void requireNear() throws IOException {
        if (x1 > FARTHEST || y1 > FARTHEST) {
            throw new IIOException("JPEG 2000 so far from the origin is not supported");
        }
    }

    /** Divided and rounded up. */
    static long up(long value, long by) {
        return (value + by - 1) / by;
    }
}
