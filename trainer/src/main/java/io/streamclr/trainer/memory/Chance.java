package io.streamclr.trainer.memory;

import io.streamclr.schemas.identity.Seeds;
import java.util.HashMap;
import java.util.Map;

/** Draws that depend on a seed and their number alone. */
final class Chance {

    private Chance() {}

    /** A number from 0 to below {@code bound}, which is 1 to 2^53; all alike up to one part in 2^53 / bound. */
    static long below(long seed, long number, long bound) {
        return (long) ((Seeds.of(seed, "chance", number) >>> 11) * 0x1p-53 * bound);
    }

    /**
     * Draws {@code count} of the numbers 0 to {@code size - 1}, none twice, in a random order: the beginning of Fisher
     * and Yates' shuffle, which holds only what was swapped.
     *
     * @param count at most {@code size}
     */
    static int[] some(long seed, int count, int size) {
        Map<Integer, Integer> swapped = new HashMap<>();
        int[] chosen = new int[count];
        for (int i = 0; i < count; i++) {
            int other = i + (int) below(seed, i, size - i);
            chosen[i] = swapped.getOrDefault(other, other);
            swapped.put(other, swapped.getOrDefault(i, i));
        }
        return chosen;
    }
}
