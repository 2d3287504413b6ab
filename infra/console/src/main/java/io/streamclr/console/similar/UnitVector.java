package io.streamclr.console.similar;

/** Vectors of length 1, whose product is their cosine. */
public final class UnitVector {

    private UnitVector() {}

    /** A new vector of the same direction; the vector of zeros has none, and stays as it is. */
    public static float[] of(float[] vector) {
        double squares = 0;
        for (float number : vector) {
            squares += (double) number * number;
        }
        double length = squares == 0 ? 1 : Math.sqrt(squares);
        float[] unit = new float[vector.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (vector[i] / length);
        }
        return unit;
    }
}
