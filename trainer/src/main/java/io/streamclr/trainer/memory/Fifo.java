package io.streamclr.trainer.memory;

/** The oldest goes. Slots are filled in turn, so the oldest image is always in the slot whose turn it is. */
final class Fifo implements Eviction {

    @Override
    public int[] places(Slots slots, int newcomers, long seed) {
        int[] places = new int[newcomers];
        for (int i = 0; i < newcomers; i++) {
            places[i] = (int) ((slots.arrivals() + i) % slots.capacity());
        }
        return places;
    }
}
