package io.streamclr.trainer.probe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Images of known classes, off-heap. Never changes. */
public final class LabelledImages {

    private final ByteBuffer pixels;
    private final int height;
    private final int width;
    private final int[] labels;

    /**
     * @param pixels (labels.length, height, width, 3) unsigned bytes, direct, from its position to its limit; shared,
     *     never written to again
     * @param labels class of each image, 0 or more; copied
     */
    public LabelledImages(ByteBuffer pixels, int height, int width, int[] labels) {
        if (!pixels.isDirect() || labels.length == 0 || pixels.remaining() != 3L * labels.length * height * width) {
            throw new IllegalArgumentException(pixels.remaining() + " bytes are not " + labels.length + " images of "
                    + height + "x" + width + " RGB pixels, off-heap");
        }
        this.pixels = pixels.slice();
        this.height = height;
        this.width = width;
        this.labels = labels.clone();
    }

    /** Number of images, 1 or more. */
    public int count() {
        return labels.length;
    }

    /** In pixels. */
    public int height() {
        return height;
    }

    /** In pixels. */
    public int width() {
        return width;
    }

    /** A copy. */
    public int[] labels() {
        return labels.clone();
    }

    /** One more than the highest label. */
    public int classes() {
        int highest = 0;
        for (int label : labels) {
            highest = Math.max(highest, label);
        }
        return highest + 1;
    }

    /** Images {@code from} to {@code to}, exclusive: (to - from, height, width, 3), direct. */
    public ByteBuffer pixels(int from, int to) {
        int bytes = 3 * height * width;
        return pixels.slice(from * bytes, (to - from) * bytes).order(ByteOrder.nativeOrder());
    }

    /** A copy of some of them. */
    public LabelledImages rows(int[] rows) {
        ByteBuffer copy = ByteBuffer.allocateDirect(Math.multiplyExact(rows.length, 3 * height * width));
        for (int row : rows) {
            copy.put(pixels(row, row + 1));
        }
        return new LabelledImages(copy.flip(), height, width, LabelDraw.pick(labels, rows));
    }

    @Override
    public String toString() {
        return "LabelledImages[" + labels.length + " of " + height + "x" + width + "]";
    }
}
