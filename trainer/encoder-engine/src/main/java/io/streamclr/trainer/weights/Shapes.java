package io.streamclr.trainer.weights;

/** What a file may claim of a tensor. */
final class Shapes {

    /** More than any tensor of a network has that Java can hold in one array, whatever its numbers are. */
    private static final long MOST_NUMBERS = Integer.MAX_VALUE / 8;

    private static final int MOST_SHOWN = 80;

    private Shapes() {}

    /** How many numbers a tensor of this shape has; -1 if that is no shape, or too large. */
    static long count(long[] shape) {
        long count = 1;
        for (long side : shape) {
            if (side < 0 || (side > 0 && count > MOST_NUMBERS / side)) {
                return -1;
            }
            count *= side;
        }
        return count;
    }

    /** A name from a file as it may be printed. */
    static String shown(String name) {
        String clean = name.replaceAll("\\p{Cntrl}", "?");
        return clean.length() > MOST_SHOWN ? clean.substring(0, MOST_SHOWN) + "..." : clean;
    }
}
