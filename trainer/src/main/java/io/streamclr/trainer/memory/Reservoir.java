package io.streamclr.trainer.memory;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * Each image of the stream so far is in the memory with the same chance: the n-th one replaces a random image with chance
 * capacity / n (Vitter 1985, algorithm R).
 */
final class Reservoir implements Eviction {

    /** Images that found the memory full. */
    private long late;

    @Override
    public int[] places(Slots slots, int newcomers, long seed) {
        int[] places = new int[newcomers];
        for (int i = 0; i < newcomers; i++) {
            late++;
            long place = Chance.below(seed, i, slots.capacity() + late);
            places[i] = place < slots.capacity() ? (int) place : NOWHERE;
        }
        return places;
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
        out.writeLong(late);
    }

    @Override
    public void read(DataInputStream in, Slots slots) throws IOException {
        late = in.readLong();
        if (late < 0) {
            throw new IOException("a count of " + late);
        }
    }
}
