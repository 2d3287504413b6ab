package io.streamclr.trainer.memory;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Decides who goes when the memory is full. Its every choice follows from the slots, the seed and its own state, which
 * the checkpoint keeps.
 */
interface Eviction {

    /** For a newcomer that is not kept. */
    int NOWHERE = -1;

    /**
     * Finds room for newcomers in a full memory.
     *
     * @param newcomers how many, 1 to the memory's capacity
     * @return the slot that each of them takes in turn, or {@link #NOWHERE}
     */
    int[] places(Slots slots, int newcomers, long seed);

    /** The images in these slots were seen by the encoder, and their features are up to date. */
    default void learned(Slots slots, int[] seen) {}

    /** A slot has another image now, which the encoder has not seen. */
    default void replaced(int slot) {}

    /** Writes what it has to remember beside the slots. */
    default void write(DataOutputStream out) throws IOException {}

    /**
     * Reads what {@link #write} wrote.
     *
     * @param slots as they were then
     * @throws IOException if it makes no sense
     */
    default void read(DataInputStream in, Slots slots) throws IOException {}

    /** The policy of a plan. @param dimensions of the features */
    static Eviction of(MemoryPlan plan, int dimensions) {
        return switch (plan.policy()) {
            case FIFO -> new Fifo();
            case RESERVOIR -> new Reservoir();
            case MINRED -> new MinimumRedundancy();
            case CENTROID -> new Centroids(plan.capacity(), dimensions);
            case NONE -> throw new IllegalArgumentException("Without a memory nobody has to go");
        };
    }
}
