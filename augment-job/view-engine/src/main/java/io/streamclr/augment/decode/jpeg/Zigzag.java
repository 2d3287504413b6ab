package io.streamclr.augment.decode.jpeg;

/** The order in which the coefficients of a block are coded (T.81, figure A.6). */
final class Zigzag {

    /**
     * Where in the rows of a block each coefficient stands. Damaged data may run up to 16 after the last one; as with
     * libjpeg that writes to the last.
     */
    static final int[] PLACES = places();

    private Zigzag() {}

    private static int[] places() {
        int[] places = new int[Component.BLOCK + 16];
        int x = 0;
        int y = 0;
        for (int k = 0; k < Component.BLOCK; k++) {
            places[k] = 8 * y + x;
            boolean upwards = (x + y) % 2 == 0;
            int along = upwards ? x : y;
            int against = upwards ? y : x;
            if (along == 7) {
                against++;
            } else if (against == 0) {
                along++;
            } else {
                along++;
                against--;
            }
            x = upwards ? along : against;
            y = upwards ? against : along;
        }
        for (int k = Component.BLOCK; k < places.length; k++) {
            places[k] = Component.BLOCK - 1;
        }
        return places;
    }
}
