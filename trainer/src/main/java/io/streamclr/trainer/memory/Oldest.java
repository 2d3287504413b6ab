package io.streamclr.trainer.memory;

import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.function.IntPredicate;

/** Finds the images that have been in the memory longest, in one walk over the slots. */
final class Oldest {

    private Oldest() {}

    /** The slots of the {@code count} oldest images among those allowed, the oldest first; fewer if fewer are allowed. */
    static int[] of(Slots slots, int count, IntPredicate allowed) {
        PriorityQueue<Integer> oldest =
                new PriorityQueue<>(Comparator.comparingLong(slots::since).reversed());
        for (int slot = 0; slot < slots.size(); slot++) {
            if (allowed.test(slot) && (oldest.size() < count || slots.since(slot) < slots.since(oldest.element()))) {
                oldest.add(slot);
                if (oldest.size() > count) {
                    oldest.remove();
                }
            }
        }
        int[] found = new int[oldest.size()];
        for (int i = found.length - 1; i >= 0; i--) {
            found[i] = oldest.remove();
        }
        return found;
    }
}
