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
            blurColumns(plane, canvas.scratch, canvas.side, kernel);
            blurRows(canvas.scratch, plane, canvas.side, kernel, canvas.line);
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

    private static void blurColumns(float[] from, float[] into, int side, float[] kernel) {
        for (int y = 0; y < side; y++) {
            int row = y * side;
            scale(from, row, into, row, kernel[0], side);
            for (int k = 1; k < kernel.length; k++) {
                addScaled(from, mirrored(y - k, side) * side, mirrored(y + k, side) * side, into, row, kernel[k], side);
            }
        }
    }

    private static void blurRows(float[] from, float[] into, int side, float[] kernel, float[] line) {
        int reach = kernel.length - 1;
        for (int row = 0; row < side * side; row += side) {
            System.arraycopy(from, row, line, reach, side);
            for (int k = 1; k <= reach; k++) {
                line[reach - k] = from[row + mirrored(-k, side)];
                line[reach + side - 1 + k] = from[row + mirrored(side - 1 + k, side)];
            }
            scale(line, reach, into, row, kernel[0], side);
            for (int k = 1; k <= reach; k++) {
                addScaled(line, reach - k, reach + k, into, row, kernel[k], side);
            }
            clip(into, row, side);
        }
    }

    private static void scale(float[] from, int at, float[] into, int to, float weight, int count) {
        for (int x = 0; x < count; x++) {
            into[to + x] = weight * from[at + x];
        }
    }

    private static void addScaled(float[] from, int one, int other, float[] into, int to, float weight, int count) {
        for (int x = 0; x < count; x++) {
            into[to + x] += weight * (from[one + x] + from[other + x]);
        }
    }

    /** The float weights may add up to a last bit above 1. */
    private static void clip(float[] samples, int at, int count) {
        for (int x = 0; x < count; x++) {
            samples[at + x] = Math.min(255f, samples[at + x]);
        }
    }

    /** A position up to one side beyond either border, mirrored at it. */
    private static int mirrored(int position, int side) {
        int inside = Math.abs(position);
        return inside < side ? inside : 2 * (side - 1) - inside;
    }
}
