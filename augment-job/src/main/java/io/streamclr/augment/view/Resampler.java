package io.streamclr.augment.view;

import io.streamclr.augment.decode.Pixels;
import io.streamclr.schemas.record.CropBox;

/**
 * Cuts a box out of an image and resizes it to the planes of a canvas. Columns first: rows of the image are turned into
 * floats once each and kept in a ring as long as they are needed, so memory is a few rows, however large the image is.
 */
final class Resampler {

    private final Filter filter;
    private final Taps across = new Taps();
    private final Taps down = new Taps();
    /** Rows of the box as floats, packed as in the image; row r lies at r modulo the ring's length. */
    private float[][] ring = new float[0][0];

    private float[] blended = new float[0];

    Resampler(Filter filter) {
        this.filter = filter;
    }

    /**
     * Fills the canvas.
     *
     * @param box inside the image
     */
    void resample(Pixels image, CropBox box, Canvas canvas) {
        across.lay(filter, box.getWidth(), canvas.side);
        down.lay(filter, box.getHeight(), canvas.side);
        int samples = 3 * box.getWidth();
        reserve(down.count, samples);
        int loaded = 0;
        for (int y = 0; y < canvas.side; y++) {
            int first = down.start[y];
            for (loaded = Math.max(loaded, first); loaded < first + down.count; loaded++) {
                int at = 3 * ((box.getY() + loaded) * image.width() + box.getX());
                load(image.rgb(), at, ring[loaded % ring.length], samples);
            }
            blend(first, y, samples);
            spread(canvas, y);
        }
    }

    private void reserve(int rows, int samples) {
        if (ring.length < rows || blended.length < samples) {
            int rowsKept = Math.max(rows, ring.length);
            int samplesKept = Math.max(samples, blended.length);
            ring = new float[rowsKept][samplesKept];
            blended = new float[samplesKept];
        }
    }

    private static void load(byte[] rgb, int at, float[] row, int count) {
        for (int i = 0; i < count; i++) {
            row[i] = rgb[at + i] & 0xff;
        }
    }

    /** The weighted sum of the rows that output row y reads. */
    private void blend(int first, int y, int samples) {
        int weight = y * down.count;
        int k = 0;
        boolean begun = false;
        for (; k + 1 < down.count; k += 2) {
            float[] one = ring[(first + k) % ring.length];
            float[] other = ring[(first + k + 1) % ring.length];
            if (begun) {
                add(one, other, down.weights[weight + k], down.weights[weight + k + 1], blended, samples);
            } else {
                set(one, other, down.weights[weight + k], down.weights[weight + k + 1], blended, samples);
                begun = true;
            }
        }
        if (k < down.count) {
            float[] last = ring[(first + k) % ring.length];
            if (begun) {
                add(last, down.weights[weight + k], blended, samples);
            } else {
                System.arraycopy(last, 0, blended, 0, samples);
            }
        }
    }

    private static void set(float[] one, float[] other, float a, float b, float[] into, int count) {
        for (int i = 0; i < count; i++) {
            into[i] = a * one[i] + b * other[i];
        }
    }

    private static void add(float[] one, float[] other, float a, float b, float[] into, int count) {
        for (int i = 0; i < count; i++) {
            into[i] = into[i] + a * one[i] + b * other[i];
        }
    }

    private static void add(float[] one, float a, float[] into, int count) {
        for (int i = 0; i < count; i++) {
            into[i] = into[i] + a * one[i];
        }
    }

    /** Resizes the blended row across, into row y of the three planes. */
    private void spread(Canvas canvas, int y) {
        float[] red = canvas.planes[0];
        float[] green = canvas.planes[1];
        float[] blue = canvas.planes[2];
        int count = across.count;
        float[] weights = across.weights;
        float[] row = blended;
        for (int x = 0; x < canvas.side; x++) {
            int from = 3 * across.start[x];
            float r = 0;
            float g = 0;
            float b = 0;
            for (int k = x * count; k < (x + 1) * count; k++, from += 3) {
                float weight = weights[k];
                r += weight * row[from];
                g += weight * row[from + 1];
                b += weight * row[from + 2];
            }
            int at = y * canvas.side + x;
            red[at] = clip(r);
            green[at] = clip(g);
            blue[at] = clip(b);
        }
    }

    private static float clip(float sample) {
        return Math.min(255f, Math.max(0f, sample));
    }
}
