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
    private float[] otherBlended = new float[0];

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
        int step = (box.getHeight() + canvas.side - 1) / canvas.side + 1;
        reserve(down.count + step, samples);
        int loaded = 0;
        for (int y = 0; y < canvas.side; y += 2) {
            // Two rows at once: the sums of one row wait for each other, those of two do not.
            int other = Math.min(y + 1, canvas.side - 1);
            int end = down.start[other] + down.count;
            for (loaded = Math.max(loaded, down.start[y]); loaded < end; loaded++) {
                int at = image.at(box.getX(), box.getY() + loaded);
                load(image.rgb(), at, ring[loaded % ring.length], samples);
            }
            blend(y, blended, samples);
            blend(other, otherBlended, samples);
            spread(canvas, y, other);
        }
    }

    private void reserve(int rows, int samples) {
        if (ring.length < rows || blended.length < samples) {
            int rowsKept = Math.max(rows, ring.length);
            int samplesKept = Math.max(samples, blended.length);
            ring = new float[rowsKept][samplesKept];
            blended = new float[samplesKept];
            otherBlended = new float[samplesKept];
        }
    }

    private static void load(byte[] rgb, int at, float[] row, int count) {
        for (int i = 0; i < count; i++) {
            row[i] = rgb[at + i] & 0xff;
        }
    }

    /** The weighted sum of the rows that output row y reads. */
    private void blend(int y, float[] into, int samples) {
        int first = down.start[y];
        int weight = y * down.count;
        int k = 0;
        boolean begun = false;
        for (; k + 1 < down.count; k += 2) {
            float[] one = ring[(first + k) % ring.length];
            float[] other = ring[(first + k + 1) % ring.length];
            if (begun) {
                add(one, other, down.weights[weight + k], down.weights[weight + k + 1], into, samples);
            } else {
                set(one, other, down.weights[weight + k], down.weights[weight + k + 1], into, samples);
                begun = true;
            }
        }
        if (k < down.count) {
            float[] last = ring[(first + k) % ring.length];
            if (begun) {
                add(last, down.weights[weight + k], into, samples);
            } else {
                System.arraycopy(last, 0, into, 0, samples);
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

    /** Resizes the two blended rows across, into two rows of the three planes. */
    private void spread(Canvas canvas, int y, int other) {
        float[] red = canvas.planes[0];
        float[] green = canvas.planes[1];
        float[] blue = canvas.planes[2];
        int count = across.count;
        float[] weights = across.weights;
        float[] row = blended;
        float[] otherRow = otherBlended;
        for (int x = 0; x < canvas.side; x++) {
            int from = 3 * across.start[x];
            float r = 0;
            float g = 0;
            float b = 0;
            float otherR = 0;
            float otherG = 0;
            float otherB = 0;
            for (int k = x * count; k < (x + 1) * count; k++, from += 3) {
                float weight = weights[k];
                r += weight * row[from];
                g += weight * row[from + 1];
                b += weight * row[from + 2];
                otherR += weight * otherRow[from];
                otherG += weight * otherRow[from + 1];
                otherB += weight * otherRow[from + 2];
            }
            int at = y * canvas.side + x;
            red[at] = clip(r);
            green[at] = clip(g);
            blue[at] = clip(b);
            int otherAt = other * canvas.side + x;
            red[otherAt] = clip(otherR);
            green[otherAt] = clip(otherG);
            blue[otherAt] = clip(otherB);
        }
    }

    private static float clip(float sample) {
        return Math.min(255f, Math.max(0f, sample));
    }
}
