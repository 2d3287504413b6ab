package io.streamclr.trainer.probe;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/** Images of known classes, off-heap. Never changes. */
public final class LabelledImages {

    private final ByteBuffer pixels;
    private final int height;
    private final int width;
    private final int[] labels;
    private final Map<Integer, String> classNames;

    /** Of classes without names. */
    public LabelledImages(ByteBuffer pixels, int height, int width, int[] labels) {
        this(pixels, height, width, labels, Map.of());
    }

    /**
     * @param pixels (labels.length, height, width, 3) unsigned bytes, direct, from its position to its limit; shared,
     *     never written to again
     * @param labels class of each image, 0 or more; copied
     * @param classNames what classes are called, as far as it is known, no two alike
     */
    public LabelledImages(ByteBuffer pixels, int height, int width, int[] labels, Map<Integer, String> classNames) {
        if (!pixels.isDirect() || labels.length == 0 || pixels.remaining() != 3L * labels.length * height * width) {
            throw new IllegalArgumentException(pixels.remaining() + " bytes are not " + labels.length + " images of "
                    + height + "x" + width + " RGB pixels, off-heap");
        }
        this.pixels = pixels.slice();
        this.height = height;
        this.width = width;
        this.labels = labels.clone();
        this.classNames = Map.copyOf(classNames);
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

    /** What classes are called, by their numbers, as far as it is known. */
    public Map<Integer, String> classNames() {
        return classNames;
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
        return new LabelledImages(copy.flip(), height, width, LabelDraw.pick(labels, rows), classNames);
    }

    @Override
    public String toString() {
        return "LabelledImages[" + labels.length + " of " + height + "x" + width + "]";
    }
}
