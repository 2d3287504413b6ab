package io.streamclr.trainer.memory;

/** Vectors of which the direction counts and not the length. */
final class Directions {

    private Directions() {}

    /** Makes its length 1, in place; a vector of nothing but zeros stays as it is. */
    static void normalise(float[] vector) {
        double square = 0;
        for (float value : vector) {
            square += (double) value * value;
        }
        float scale = square > 0 ? (float) (1 / Math.sqrt(square)) : 0;
        for (int d = 0; d < vector.length; d++) {
            vector[d] *= scale;
        }
    }

    /**
     * The direction of the sum of two rows' directions.
     *
     * @param rows row-major, {@code dimensions} each
     */
    static float[] between(float[] rows, int one, int other, int dimensions) {
        float[] first = row(rows, one, dimensions);
        float[] second = row(rows, other, dimensions);
        for (int d = 0; d < dimensions; d++) {
            first[d] += second[d];
        }
        normalise(first);
        return first;
    }

    private static float[] row(float[] rows, int number, int dimensions) {
        float[] row = new float[dimensions];
        System.arraycopy(rows, number * dimensions, row, 0, dimensions);
        normalise(row);
        return row;
    }
}
