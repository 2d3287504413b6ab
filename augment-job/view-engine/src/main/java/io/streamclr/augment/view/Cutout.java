package io.streamclr.augment.view;

import java.util.Arrays;

/**
 * Blackens a square (DeVries and Taylor 2017, arXiv:1708.04552). Its middle is any sample of the view, all alike, so that
 * part of it may lie outside.
 *
 * @param side of the view, in pixels
 * @param square side of the square, in pixels, 1 or more
 */
record Cutout(int side, int square) implements Operation {

    /** @param share side of the square as a share of the view's side, above 0 and at most 1 */
    static Cutout of(int side, double share) {
        return new Cutout(side, Math.max(1, (int) StrictMath.rint(share * side)));
    }

    @Override
    public String name() {
        return "cutout";
    }

    @Override
    public int arity() {
        return 4;
    }

    /** Left, top, width and height of the part inside, in pixels. */
    @Override
    public double[] draw(Draws random) {
        int left = random.below(side) - square / 2;
        int top = random.below(side) - square / 2;
        int right = Math.min(side, left + square);
        int bottom = Math.min(side, top + square);
        left = Math.max(0, left);
        top = Math.max(0, top);
        return new double[] {left, top, right - left, bottom - top};
    }

    @Override
    public void apply(Canvas canvas, double[] values) {
        int left = within((int) values[0], canvas.side);
        int top = within((int) values[1], canvas.side);
        int right = left + within((int) values[2], canvas.side - left);
        int bottom = top + within((int) values[3], canvas.side - top);
        for (float[] plane : canvas.planes) {
            for (int x = left; x < right; x++) {
                Arrays.fill(plane, x * canvas.side + top, x * canvas.side + bottom, 0f);
            }
        }
    }

    /** A lineage may come from anywhere, so what it says need not fit the view. */
    private static int within(int value, int most) {
        return Math.min(Math.max(0, value), most);
    }
}
