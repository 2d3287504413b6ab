package io.streamclr.augment.view;

/**
 * Inverts what is bright, as BYOL has it (Grill et al. 2020, arXiv:2006.07733, appendix B) and torchvision's {@code
 * solarize}.
 *
 * @param threshold in [0, 256]; samples at or above it are inverted
 */
record Solarize(double threshold) implements Operation {

    @Override
    public String name() {
        return "solarize";
    }

    @Override
    public int arity() {
        return 0;
    }

    @Override
    public double[] draw(Draws random) {
        return new double[0];
    }

    @Override
    public void apply(Canvas canvas, double[] values) {
        float limit = (float) threshold;
        for (float[] plane : canvas.planes) {
            for (int i = 0; i < plane.length; i++) {
                plane[i] = plane[i] >= limit ? 255f - plane[i] : plane[i];
            }
        }
    }
}
