package io.streamclr.trainer.memory;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Of the two images that look most alike the older one goes, again and again (Purushwalkam et al. 2022,
 * arXiv:2203.12710). A memory of up to {@value #CANDIDATES} images is looked at whole; of a larger one, as many images
 * sampled anew each time, so that the work does not grow with the memory. An image that the encoder has not seen stays; only
 * when too few are seen, the oldest go.
 */
final class MinimumRedundancy implements Eviction {

    static final int CANDIDATES = 512;

    @Override
    public int[] places(Slots slots, int newcomers, long seed) {
        int[] candidates = candidates(slots, seed);
        int most = Math.min(newcomers, Math.max(0, candidates.length - 1));
        int[] places = Arrays.copyOf(redundant(slots, candidates, most), newcomers);
        if (most < newcomers) {
            Set<Integer> taken = new HashSet<>();
            IntStream.range(0, most).forEach(i -> taken.add(places[i]));
            int[] oldest = Oldest.of(slots, newcomers - most, slot -> !taken.contains(slot));
            System.arraycopy(oldest, 0, places, most, oldest.length);
        }
        return places;
    }

    private static int[] candidates(Slots slots, long seed) {
        int looked = Math.min(slots.size(), 2 * CANDIDATES);
        IntStream sampled = slots.size() <= CANDIDATES
                ? IntStream.range(0, slots.size())
                : Arrays.stream(Chance.some(seed, looked, slots.size()));
        return sampled.filter(slots::isSeen).limit(CANDIDATES).sorted().toArray();
    }

    /** The first {@code count} of the candidates to go; at least one of them stays. */
    private static int[] redundant(Slots slots, int[] candidates, int count) {
        float[][] alike = likeness(slots, candidates);
        int[] nearest = new int[candidates.length];
        boolean[] gone = new boolean[candidates.length];
        for (int i = 0; i < candidates.length; i++) {
            nearest[i] = nearest(alike, gone, i);
        }
        int[] found = new int[count];
        for (int n = 0; n < count; n++) {
            int one = -1;
            for (int i = 0; i < candidates.length; i++) {
                if (!gone[i] && (one < 0 || alike[i][nearest[i]] > alike[one][nearest[one]])) {
                    one = i;
                }
            }
            int other = nearest[one];
            int older = slots.since(candidates[one]) < slots.since(candidates[other]) ? one : other;
            gone[older] = true;
            found[n] = candidates[older];
            if (n + 1 < count) {
                for (int i = 0; i < candidates.length; i++) {
                    if (!gone[i] && nearest[i] == older) {
                        nearest[i] = nearest(alike, gone, i);
                    }
                }
            }
        }
        return found;
    }

    private static int nearest(float[][] alike, boolean[] gone, int i) {
        int nearest = -1;
        for (int j = 0; j < gone.length; j++) {
            if (j != i && !gone[j] && (nearest < 0 || alike[i][j] > alike[i][nearest])) {
                nearest = j;
            }
        }
        return nearest;
    }

    /** Cosines of all pairs; sums run over whole rows, which the compiler turns into vector instructions. */
    private static float[][] likeness(Slots slots, int[] candidates) {
        int count = candidates.length;
        float[] feature = new float[slots.dimensions()];
        float[][] columns = new float[slots.dimensions()][count];
        for (int i = 0; i < count; i++) {
            slots.feature(candidates[i], feature);
            for (int d = 0; d < feature.length; d++) {
                columns[d][i] = feature[d];
            }
        }
        float[][] alike = new float[count][count];
        for (int i = 0; i < count; i++) {
            float[] row = alike[i];
            for (float[] column : columns) {
                float own = column[i];
                for (int j = 0; j < count; j++) {
                    row[j] += own * column[j];
                }
            }
        }
        return alike;
    }
}
