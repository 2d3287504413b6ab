package io.streamclr.augment.view;

/** Takes the colour away: ITU-R 601 grey in all three channels, as torchvision's {@code rgb_to_grayscale}. */
record Grey() implements Operation {

    @Override
    public String name() {
        return "grey";
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
        canvas.grey(canvas.scratch);
        for (float[] plane : canvas.planes) {
            System.arraycopy(canvas.scratch, 0, plane, 0, plane.length);
        }
    }
}
