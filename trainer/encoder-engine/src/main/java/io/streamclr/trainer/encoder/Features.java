package io.streamclr.trainer.encoder;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.model.Whitening;
import io.streamclr.trainer.torch.Scope;
import io.streamclr.trainer.torch.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.IntStream;

/** A matrix of 32-bit floats, one row of features an image, held off-heap. Never changes. */
public final class Features {

    private final ByteBuffer values;
    private final int rows;
    private final int dimension;
    /** Whether each feature is a grey pixel that stands for three equal channels. */
    private final boolean grey;

    private Features(ByteBuffer values, int rows, int dimension, boolean grey) {
        this.values = values;
        this.rows = rows;
        this.dimension = dimension;
        this.grey = grey;
    }

    /**
     * A copy of these values.
     *
     * @param values row-major, a whole number of rows, at least one
     */
    public static Features copyOf(float[] values, int dimension) {
        if (dimension < 1 || values.length == 0 || values.length % dimension != 0) {
            throw new IllegalArgumentException(values.length + " values make no rows of " + dimension + " features");
        }
        ByteBuffer copy = allocate(values.length / dimension, dimension);
        copy.asFloatBuffer().put(values);
        return new Features(copy, values.length / dimension, dimension, false);
    }

    /**
     * Raw pixels as features, scaled to [0, 1]. Where every pixel of every image is grey, one channel is kept: angles
     * between rows are the same, at a third of the work.
     *
     * @param pixels unsigned bytes, (rows, height, width, 3), from its position to its limit
     */
    public static Features ofPixels(ByteBuffer pixels, int rows, int height, int width) {
        int points = Math.multiplyExact(height, width);
        if (rows < 1 || pixels.remaining() != 3L * rows * points) {
            throw new IllegalArgumentException(pixels.remaining() + " bytes are not " + rows + " images of " + height
                    + "x" + width + " RGB pixels");
        }
        int step = isGrey(pixels) ? 3 : 1;
        int dimension = 3 * points / step;
        ByteBuffer values = allocate(rows, dimension);
        int start = pixels.position();
        IntStream.range(0, rows).parallel().forEach(row -> {
            for (int i = row * dimension; i < (row + 1) * dimension; i++) {
                values.putFloat(i * Float.BYTES, (pixels.get(start + i * step) & 0xff) / 255f);
            }
        });
        return new Features(values, rows, dimension, step == 3);
    }

    private static boolean isGrey(ByteBuffer pixels) {
        for (int i = pixels.position(); i < pixels.limit(); i += 3) {
            if (pixels.get(i) != pixels.get(i + 1) || pixels.get(i) != pixels.get(i + 2)) {
                return false;
            }
        }
        return true;
    }

    /** Takes a full buffer over from somebody who forgets it. @param values from {@link #allocate} */
    public static Features owning(ByteBuffer values, int rows, int dimension) {
        return new Features(values, rows, dimension, false);
    }

    /**
     * Room for a matrix.
     *
     * @throws RefusalException if it is larger than one buffer, or memory is short
     */
    public static ByteBuffer allocate(int rows, int dimension) {
        long bytes = (long) rows * dimension * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw new RefusalException(rows + " rows of " + dimension + " features take " + (bytes >> 20)
                    + " MiB, and 2047 MiB are the most; probe with fewer images");
        }
        try {
            return ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.nativeOrder());
        } catch (OutOfMemoryError full) {
            throw new RefusalException(
                    "No memory is left for " + rows + " rows of " + dimension + " features, " + (bytes >> 20)
                            + " MiB off-heap; probe with fewer images, or give Java more with -XX:MaxDirectMemorySize",
                    full);
        }
    }

    /** These features, in all three channels where they are grey pixels and the other ones are coloured pixels. */
    public Features like(Features other) {
        if (!grey || other.grey || other.dimension != 3 * dimension) {
            return this;
        }
        ByteBuffer coloured = allocate(rows, 3 * dimension);
        for (int i = 0; i < 3 * rows * dimension; i++) {
            coloured.putFloat(i * Float.BYTES, values.getFloat(i / 3 * Float.BYTES));
        }
        return new Features(coloured, rows, 3 * dimension, false);
    }

    /** A copy of all their rows, one after the other. @param parts one or more, of one dimension */
    public static Features joined(List<Features> parts) {
        int dimension = parts.get(0).dimension;
        int rows = parts.stream().mapToInt(Features::rows).sum();
        ByteBuffer all = allocate(rows, dimension);
        for (Features part : parts) {
            if (part.dimension != dimension) {
                throw new IllegalArgumentException(part + " does not fit beside " + parts.get(0));
            }
            all.put(part.values.slice(0, part.rows * dimension * Float.BYTES));
        }
        return new Features(all.flip(), rows, dimension, parts.stream().allMatch(part -> part.grey));
    }

    /** What they were before they were whitened. @param whitening of their dimension */
    public Features undone(Whitening whitening) {
        ByteBuffer raw = allocate(rows, dimension);
        for (int row = 0; row < rows; row++) {
            for (float value : whitening.undone(row(row))) {
                raw.putFloat(value);
            }
        }
        return new Features(raw.flip(), rows, dimension, false);
    }

    /** A copy of some rows, in this order. */
    public Features rows(int[] some) {
        ByteBuffer copy = allocate(some.length, dimension);
        int rowBytes = dimension * Float.BYTES;
        for (int row : some) {
            copy.put(values.slice(row * rowBytes, rowBytes));
        }
        return new Features(copy.flip(), some.length, dimension, grey);
    }

    /** Number of images, 1 or more. */
    public int rows() {
        return rows;
    }

    /** Number of features of an image, 1 or more. */
    public int dimension() {
        return dimension;
    }

    /** A copy of one row. */
    public float[] row(int row) {
        float[] copy = new float[dimension];
        values.asFloatBuffer().get(row * dimension, copy);
        return copy;
    }

    /** Rows {@code from} to {@code to}, exclusive, as a tensor that shares this memory. */
    public Tensor tensor(Scope scope, int from, int to) {
        int rowBytes = dimension * Float.BYTES;
        return scope.floats(values.slice(from * rowBytes, (to - from) * rowBytes), to - from, dimension);
    }

    /** All rows, (rows, dimension), as a tensor that shares this memory. */
    public Tensor tensor(Scope scope) {
        return tensor(scope, 0, rows);
    }

    @Override
    public String toString() {
        return "Features[" + rows + " x " + dimension + "]";
    }
}
