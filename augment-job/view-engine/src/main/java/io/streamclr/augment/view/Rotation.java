package io.streamclr.augment.view;

/**
 * Turns the view by one, two or three quarters, all alike, as one of the operations that the paper compares (Chen et al.
 * 2020, arXiv:2002.05709, figure 4). Quarters move samples and compute none.
 */
record Rotation() implements Operation {

    private static final int QUARTER = 90;

    @Override
    public String name() {
        return "rotation";
    }

    @Override
    public int arity() {
        return 1;
    }

    /** Degrees counterclockwise: 90, 180 or 270. */
    @Override
    public double[] draw(Draws random) {
        return new double[] {QUARTER * (1 + random.below(3))};
    }

    @Override
    public void apply(Canvas canvas, double[] values) {
        int side = canvas.side;
        int last = side - 1;
        int quarters = Math.floorMod((int) values[0] / QUARTER, 4);
        for (float[] plane : canvas.planes) {
            System.arraycopy(plane, 0, canvas.scratch, 0, plane.length);
            for (int x = 0; x < side; x++) {
                for (int y = 0; y < side; y++) {
                    int from =
                            switch (quarters) {
                                case 1 -> (last - y) * side + x;
                                case 2 -> (last - x) * side + last - y;
                                case 3 -> y * side + last - x;
                                default -> x * side + y;
                            };
                    plane[x * side + y] = canvas.scratch[from];
                }
            }
        }
    }
}
