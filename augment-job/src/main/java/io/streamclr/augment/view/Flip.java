package io.streamclr.augment.view;

/** Mirrors left and right. */
record Flip() implements Operation {

    @Override
    public String name() {
        return "flip";
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
        for (float[] plane : canvas.planes) {
            for (int start = 0; start < plane.length; start += canvas.side) {
                for (int left = start, right = start + canvas.side - 1; left < right; left++, right--) {
                    float kept = plane[left];
                    plane[left] = plane[right];
                    plane[right] = kept;
                }
            }
        }
    }
}
