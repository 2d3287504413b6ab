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
        int side = canvas.side;
        for (float[] plane : canvas.planes) {
            for (int left = 0, right = side - 1; left < right; left++, right--) {
                System.arraycopy(plane, left * side, canvas.scratch, 0, side);
                System.arraycopy(plane, right * side, plane, left * side, side);
                System.arraycopy(canvas.scratch, 0, plane, right * side, side);
            }
        }
    }
}
