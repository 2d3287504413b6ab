package io.streamclr.trainer.weights;

import java.util.Arrays;
import java.util.Map;

/** The shapes of a file's tensors by our names, and what is known of the file besides. */
record NamedTensors(Map<String, String> names, Map<String, long[]> shapes, Map<String, String> facts) {

    boolean has(String name) {
        return names.containsKey(name);
    }

    /** @throws IllegalArgumentException if there is no such tensor */
    long[] shape(String name) {
        String theirs = names.get(name);
        if (theirs == null) {
            throw new IllegalArgumentException("it has no tensor " + name);
        }
        return shapes.get(theirs);
    }

    /**
     * The shape of weights that see red, green and blue in a square.
     *
     * @throws IllegalArgumentException if the tensor is of another form
     */
    long[] firstConvolution(String name) {
        long[] first = shape(name);
        if (first.length != 4 || first[1] != 3 || first[2] != first[3]) {
            throw new IllegalArgumentException("its first convolution has the shape " + Arrays.toString(first)
                    + ", and one over red, green and blue is needed");
        }
        return first;
    }

    /** How many there are of a part, whose tensors have its number between two texts, from 0 on. */
    int count(String before, String after) {
        int count = 0;
        while (has(before + count + after)) {
            count++;
        }
        return count;
    }
}
