package io.streamclr.augment.view;

/**
 * Brightness, contrast and saturation: blends of the image with black, with its mean grey, and with its own grey, as in
 * torchvision's {@code adjust_brightness}, {@code adjust_contrast} and {@code adjust_saturation}, clipped afterwards.
 * The mean is not rounded (torchvision's is not for tensors; Pillow's is, which moves a sample by at most {@code |1 -
 * factor| / 2}).
 *
 * @param toward what a factor of 0 leaves of the image; a factor of 1 changes nothing
 * @param strength 0 or more; the factor is uniform in [max(0, 1 - strength), 1 + strength)
 */
record Blend(Toward toward, double strength) implements Operation {

    /** The other end of the blend. */
    enum Toward {
        BLACK("brightness"),
        MEAN("contrast"),
        GREY("saturation");

        private final String operation;

        Toward(String operation) {
            this.operation = operation;
        }
    }

    @Override
    public String name() {
        return toward.operation;
    }

    @Override
    public int arity() {
        return 1;
    }

    @Override
    public double[] draw(Draws random) {
        return new double[] {random.between(Math.max(0, 1 - strength), 1 + strength)};
    }

    @Override
    public void apply(Canvas canvas, double[] values) {
        float factor = (float) values[0];
        float rest = 1f - factor;
        if (toward == Toward.GREY) {
            canvas.grey(canvas.scratch);
            for (float[] plane : canvas.planes) {
                blend(plane, canvas.scratch, 0.5f * factor, 0.5f * rest);
            }
            return;
        }
        float constant = toward == Toward.MEAN ? rest * canvas.meanGrey() : 0f;
        for (float[] plane : canvas.planes) {
            blend(plane, 0.5f * factor, 0.5f * constant);
        }
    }

    private static void blend(float[] plane, float halfFactor, float halfConstant) {
        for (int i = 0; i < plane.length; i++) {
            plane[i] = Canvas.clipped(halfFactor * plane[i] + halfConstant);
        }
    }

    private static void blend(float[] plane, float[] grey, float halfFactor, float halfRest) {
        for (int i = 0; i < plane.length; i++) {
            plane[i] = Canvas.clipped(halfFactor * plane[i] + halfRest * grey[i]);
        }
    }
}
