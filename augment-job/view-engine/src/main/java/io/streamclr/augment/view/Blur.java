package io.streamclr.augment.view;

/**
 * Gaussian blur, separable, across columns and then along them, sigma sampled for every view. The image is mirrored beyond its border
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

    /** Columns are arrays of their own, all channels in one, and shifted ones are copied: long loops with one index for all. */
    @Override
    public void apply(Canvas canvas, double[] values) {
        float[] kernel = kernel(values[0]);
        int side = canvas.side;
        int padded = side + 2 * (kernel.length - 1);
        float[][] columns = canvas.columns;
        for (int x = 0; x < side; x++) {
            for (int channel = 0; channel < 3; channel++) {
                System.arraycopy(canvas.planes[channel], x * side, columns[x], channel * side, side);
            }
        }
        float[] sums = canvas.lines[0];
        for (int x = 0; x < side; x++) {
            blurAcross(columns, x, side, kernel, sums);
            blurAlong(canvas.lines, side, kernel);
            for (int channel = 0; channel < 3; channel++) {
                System.arraycopy(sums, channel * padded, canvas.planes[channel], x * side, side);
            }
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

    private static void blurAcross(float[][] columns, int x, int side, float[] kernel, float[] sums) {
        int reach = kernel.length - 1;
        scale(columns[x], kernel[0], sums, 3 * side);
        int k = 1;
        for (; k + 1 <= reach; k += 2) {
            addScaled(
                    columns[mirrored(x - k, side)],
                    columns[mirrored(x + k, side)],
                    kernel[k],
                    columns[mirrored(x - k - 1, side)],
                    columns[mirrored(x + k + 1, side)],
                    kernel[k + 1],
                    sums,
                    3 * side);
        }
        if (k <= reach) {
            addScaled(columns[mirrored(x - k, side)], columns[mirrored(x + k, side)], kernel[k], sums, 3 * side);
        }
    }

    /**
     * Blurs a column along itself.
     *
     * @param lines the first holds the three channels one after the other; afterwards as many samples as the kernel
     *     reaches to both sides lie between them
     */
    private static void blurAlong(float[][] lines, int side, float[] kernel) {
        float[] sums = lines[0];
        float[] padded = lines[1];
        float[] before = lines[2];
        float[] after = lines[3];
        float[] further = lines[4];
        float[] opposite = lines[5];
        int reach = kernel.length - 1;
        for (int channel = 0; channel < 3; channel++) {
            int from = channel * side;
            int to = channel * (side + 2 * reach) + reach;
            System.arraycopy(sums, from, padded, to, side);
            for (int k = 1; k <= reach; k++) {
                padded[to - k] = sums[from + mirrored(-k, side)];
                padded[to + side - 1 + k] = sums[from + mirrored(side - 1 + k, side)];
            }
        }
        int count = 3 * side + 4 * reach;
        System.arraycopy(padded, reach, before, 0, count);
        scale(before, kernel[0], sums, count);
        int k = 1;
        for (; k + 1 <= reach; k += 2) {
            System.arraycopy(padded, reach - k, before, 0, count);
            System.arraycopy(padded, reach + k, after, 0, count);
            System.arraycopy(padded, reach - k - 1, further, 0, count);
            System.arraycopy(padded, reach + k + 1, opposite, 0, count);
            addScaled(before, after, kernel[k], further, opposite, kernel[k + 1], sums, count);
        }
        if (k <= reach) {
            System.arraycopy(padded, reach - k, before, 0, count);
            System.arraycopy(padded, reach + k, after, 0, count);
            addScaled(before, after, kernel[k], sums, count);
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

    /** A position up to one side beyond either border, mirrored at it. */
    private static int mirrored(int position, int side) {
        int inside = Math.abs(position);
        return inside < side ? inside : 2 * (side - 1) - inside;
    }
}
