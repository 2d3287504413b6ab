package io.streamclr.console.similar;

/** Numbers in sets that are joined one pair after the other (union by size, paths halved). */
final class DisjointSets {

    private final int[] parent;
    private final int[] size;

    /** @param count numbers from 0, each in a set of its own */
    DisjointSets(int count) {
        parent = new int[count];
        size = new int[count];
        for (int i = 0; i < count; i++) {
            parent[i] = i;
            size[i] = 1;
        }
    }

    /** The number that stands for the set which this one is in. */
    int rootOf(int number) {
        int at = number;
        while (parent[at] != at) {
            parent[at] = parent[parent[at]];
            at = parent[at];
        }
        return at;
    }

    void join(int one, int other) {
        int large = rootOf(one);
        int small = rootOf(other);
        if (large == small) {
            return;
        }
        if (size[large] < size[small]) {
            int swapped = large;
            large = small;
            small = swapped;
        }
        parent[small] = large;
        size[large] += size[small];
    }

    /** Numbers in the set that this one is in. */
    int sizeOf(int number) {
        return size[rootOf(number)];
    }
}
