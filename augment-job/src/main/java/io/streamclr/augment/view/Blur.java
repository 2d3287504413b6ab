package io.streamclr.augment.view;

/**
 * Gaussian blur, separable, columns then rows, sigma drawn for every view. The image is mirrored beyond its border
 * without repeating the border itself, as torchvision does ("reflect"); the SimCLR reference pads with black, which
 * darkens the edges.
 *
 * @param taps of the kernel: odd, 3 or more, fewer than two sides of the view
 * @param least smallest sigma, in pixels, above 0
 * @param most largest sigma, in pixels
 */
record Blur(int taps, double least, double most) implements Operation {

    /** Taps of less weight than this are left out: all of them together move a sample by less than 0.1. */
    private static final double NEGLIGIBLE = 0x1.0p-14;

    /** The kernel for a view of this side: this share of it, made odd, as in the SimCLR reference and torchvision. */
    static int tapsFor(int side, double share) {
        int taps = Math.max(3, (int) (side * share) | 1);
        return Math.min(taps, Math.max(1, 2 * side - 1));
    }

    @Override
    public String name() {
        return "blur";
    }

    @Override
    public int arity() {
        return 1;
    }

    @Override
    public double[] draw(Draws random) {
        return new double[] {random.between(least, most)};
    }

    @Override
    public void apply(Canvas canvas, double[] values) {
        float[] kernel = kernel(values[0]);
        for (float[] plane : canvas.planes) {
            blur(plane, canvas, kernel);
        }
    }

    /** Half of the kernel from its middle outwards; the whole of it adds up to 1. */
    private float[] kernel(double sigma) {
        int reach = taps / 2;
        double[] weights = new double[reach + 1];
        double sum = 0;
        for (int i = 0; i <= reach; i++) {
            weights[i] = StrictMath.exp(-0.5 * (i / sigma) * (i / sigma));
            sum += i == 0 ? weights[i] : 2 * weights[i];
        }
        int kept = 1;
        while (kept <= reach && weights[kept] / sum >= NEGLIGIBLE) {
            kept++;
        }
        double keptSum = weights[0];
        for (int i = 1; i < kept; i++) {
            keptSum += 2 * weights[i];
        }
        float[] kernel = new float[kept];
        for (int i = 0; i < kept; i++) {
            kernel[i] = (float) (weights[i] / keptSum);
        }
        return kernel;
    }

    /** Rows are arrays of their own and shifted ones are copied: loops with one index for all arrays vectorise. */
    private static void blur(float[] plane, Canvas canvas, float[] kernel) {
        int side = canvas.side;
        int reach = kernel.length - 1;
        float[][] rows = canvas.rows;
        float[] padded = rows[side];
        float[] sums = rows[side + 1];
        for (int y = 0; y < side; y++) {
            System.arraycopy(plane, y * side, rows[y], 0, side);
        }
        for (int y = 0; y < side; y++) {
            blurColumns(rows, y, side, kernel, sums);
            System.arraycopy(sums, 0, padded, reach, side);
            for (int k = 1; k <= reach; k++) {
                padded[reach - k] = sums[mirrored(-k, side)];
                padded[reach + side - 1 + k] = sums[mirrored(side - 1 + k, side)];
            }
            blurRow(padded, side, kernel, sums, rows);
            clip(sums, side);
            System.arraycopy(sums, 0, plane, y * side, side);
        }
    }

    private static void blurColumns(float[][] rows, int y, int side, float[] kernel, float[] sums) {
        int reach = kernel.length - 1;
        scale(rows[y], kernel[0], sums, side);
        int k = 1;
        for (; k + 1 <= reach; k += 2) {
            addScaled(
                    rows[mirrored(y - k, side)],
                    rows[mirrored(y + k, side)],
                    kernel[k],
                    rows[mirrored(y - k - 1, side)],
                    rows[mirrored(y + k + 1, side)],
                    kernel[k + 1],
                    sums,
                    side);
        }
        if (k <= reach) {
            addScaled(rows[mirrored(y - k, side)], rows[mirrored(y + k, side)], kernel[k], sums, side);
        }
    }

    private static void blurRow(float[] padded, int side, float[] kernel, float[] sums, float[][] rows) {
        int reach = kernel.length - 1;
        float[] left = rows[side + 2];
        float[] right = rows[side + 3];
        float[] further = rows[side + 4];
        float[] opposite = rows[side + 5];
        for (int x = 0; x < side; x++) {
            sums[x] = kernel[0] * sums[x];
        }
        int k = 1;
        for (; k + 1 <= reach; k += 2) {
            System.arraycopy(padded, reach - k, left, 0, side);
            System.arraycopy(padded, reach + k, right, 0, side);
            System.arraycopy(padded, reach - k - 1, further, 0, side);
            System.arraycopy(padded, reach + k + 1, opposite, 0, side);
            addScaled(left, right, kernel[k], further, opposite, kernel[k + 1], sums, side);
        }
        if (k <= reach) {
            System.arraycopy(padded, reach - k, left, 0, side);
            System.arraycopy(padded, reach + k, right, 0, side);
            addScaled(left, right, kernel[k], sums, side);
        }
    }

    private static void scale(float[] from, float weight, float[] into, int count) {
        for (int x = 0; x < count; x++) {
            into[x] = weight * from[x];
        }
    }

    private static void addScaled(float[] one, float[] other, float weight, float[] into, int count) {
        for (int x = 0; x < count; x++) {
            into[x] = into[x] + weight * (one[x] + other[x]);
        }
    }

    /** Two pairs of taps at once; the sum is taken in the order of one after the other. */
    private static void addScaled(
            float[] one,
            float[] other,
            float weight,
            float[] third,
            float[] fourth,
            float next,
            float[] into,
            int count) {
        for (int x = 0; x < count; x++) {
            into[x] = into[x] + weight * (one[x] + other[x]) + next * (third[x] + fourth[x]);
        }
    }

    /** The float weights may add up to a last bit above 1. */
    private static void clip(float[] samples, int count) {
        for (int x = 0; x < count; x++) {
            samples[x] = Math.min(255f, samples[x]);
        }
    }

    /** A position up to one side beyond either border, mirrored at it. */
    private static int mirrored(int position, int side) {
        int inside = Math.abs(position);
        return inside < side ? inside : 2 * (side - 1) - inside;
    }
}
