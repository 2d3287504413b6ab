package io.streamclr.console.probe;

/** About what parts of a probe take on two cores, in seconds; how they compare is what matters. */
final class Cost {

    /** Parts that take longer or shorter together, on another machine or for another encoder. */
    enum Kind {
        DESCRIBE,
        EMBED,
        NEAREST,
        LINEAR,
        CROPS
    }

    private static final double OPERATIONS_A_SECOND = 1.5e11;
    private static final double VALUES_A_SECOND = 2e8;
    private static final double PIXELS_EMBEDDED_A_SECOND = 3e6;

    /** Passes over the features that all fits take together. */
    private static final double PASSES = 60;

    private static final double VALUES_A_SECOND_OF_A_PASS = 1.5e9;

    private Cost() {}

    /** Features without a network. */
    static double describing(double images, int dimension) {
        return images * dimension / VALUES_A_SECOND;
    }

    /** Features by a network. @param side of the images, in pixels */
    static double embedding(double images, int side) {
        return images * side * side / PIXELS_EMBEDDED_A_SECOND;
    }

    /** Neighbours of queries among images. */
    static double nearest(double queries, double images, int dimension) {
        return 2 * queries * images * dimension / OPERATIONS_A_SECOND;
    }

    /** A linear classifier, with the choice of its penalty. */
    static double linear(double images, int dimension) {
        return 2 * images * dimension * dimension / OPERATIONS_A_SECOND
                + PASSES * images * dimension / VALUES_A_SECOND_OF_A_PASS;
    }
}
