package io.streamclr.augment.view;

/**
 * Something that can be done to a view after the crop. Chance and arithmetic are apart: {@link #draw} decides, {@link
 * #apply} does, so that a view can be rendered again from what was decided.
 *
 * <p>An operation keeps no state, uses float arithmetic in a fixed order and {@link StrictMath} for functions, and
 * leaves every sample within 2^-10 of [0, 255].
 */
interface Operation {

    /** A word; lineage names the operation by it, so it never changes. */
    String name();

    /** How many values {@link #draw} returns. */
    int arity();

    /** Draws the values that {@link #apply} needs. */
    double[] draw(Draws random);

    /**
     * Changes the view in place.
     *
     * @param values as {@link #draw} returned them
     */
    void apply(Canvas canvas, double[] values);
}
