package io.streamclr.augment.decode.webp;

import java.util.Arrays;

/** Long tables, written as text: people can compare that with the standard, and a formatter leaves it alone. */
final class Numbers {

    private Numbers() {}

    static int[] of(String text) {
        return Arrays.stream(text.strip().split("\\s+"))
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
