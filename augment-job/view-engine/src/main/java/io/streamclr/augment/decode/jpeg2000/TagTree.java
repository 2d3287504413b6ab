package io.streamclr.augment.decode.jpeg2000;

import java.io.IOException;
import java.util.Arrays;

/** Gives numbers of a grid bit by bit, each with what its neighbours have in common (B.10.2). */
final class TagTree {

    private static final int UNKNOWN = Integer.MAX_VALUE;

    private final int levels;
    private final int[] widths;
    private final int[] firsts;
    private final int[] values;
    private final int[] least;

    TagTree(int across, int down) {
        int level = 1;
        for (int side = Math.max(across, down); side > 1; side = (side + 1) / 2) {
            level++;
        }
        levels = level;
        widths = new int[levels];
        firsts = new int[levels];
        int nodes = 0;
        int width = across;
        int height = down;
        for (level = 0; level < levels; level++) {
            widths[level] = width;
            firsts[level] = nodes;
            nodes += width * height;
            width = (width + 1) / 2;
            height = (height + 1) / 2;
        }
        values = new int[nodes];
        least = new int[nodes];
        Arrays.fill(values, UNKNOWN);
    }

    /** Reads until it is clear whether the number of a cell is below a threshold, and says so. */
    boolean isBelow(int threshold, int cell, PacketBits bits) throws IOException {
        int x = cell % widths[0];
        int y = cell / widths[0];
        int low = 0;
        int node = 0;
        for (int level = levels - 1; level >= 0; level--) {
            node = firsts[level] + (y >> level) * widths[level] + (x >> level);
            low = Math.max(low, least[node]);
            while (low < threshold && low < values[node]) {
                if (bits.bit() == 1) {
                    values[node] = low;
                } else {
                    low++;
                }
            }
            least[node] = low;
        }
        return values[node] < threshold;
    }
}
