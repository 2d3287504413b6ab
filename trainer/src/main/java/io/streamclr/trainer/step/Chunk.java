package io.streamclr.trainer.step;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Views that go through the network together.
 *
 * @param from first row of the batch
 * @param rows how many
 */
record Chunk(int from, int rows) {

    /** So many that no chunk of a batch that is cut into equal parts has less than 2, which batch statistics need. */
    static final int LEAST_VIEWS = 4;

    /**
     * Cuts 2N views into chunks of at most {@code most}: one if all fit and there is one device; otherwise first views and
     * second views apart, each into chunks whose sizes differ by 1 at most, as many in all for every device.
     */
    static List<Chunk> cut(int pairs, int most, int devices) {
        if (devices == 1 && 2L * pairs <= most) {
            return List.of(new Chunk(0, 2 * pairs));
        }
        int unit = devices % 2 == 0 ? devices / 2 : devices;
        int parts = roundedUp(roundedUp(pairs, most) / most, unit);
        List<Chunk> chunks = new ArrayList<>();
        for (int view = 0; view < 2; view++) {
            for (int part = 0; part < parts; part++) {
                int from = (int) ((long) pairs * part / parts);
                int to = (int) ((long) pairs * (part + 1) / parts);
                chunks.add(new Chunk(view * pairs + from, to - from));
            }
        }
        return chunks;
    }

    /** As {@link #cut} does for several devices, for a device that has a part of the batch to itself. */
    static List<Chunk> cutOfRank(int pairs, int most) {
        return cut(pairs, Math.min(most, 2 * pairs - 1), 1);
    }

    private static int roundedUp(int number, int unit) {
        return Math.addExact(number, unit - 1) / unit * unit;
    }

    /** Every so manyth chunk, in order: the part of one of {@code devices}. */
    static List<Chunk> part(List<Chunk> chunks, int device, int devices) {
        List<Chunk> part = new ArrayList<>();
        for (int c = device; c < chunks.size(); c += devices) {
            part.add(chunks.get(c));
        }
        return part;
    }

    /**
     * Two of all chunks that show the same images, the first one and that of their second views: where they are among a
     * device's. One chunk of all views is both.
     *
     * @param chunks of all devices
     */
    static Set<Integer> pair(int chunks, int device, int devices) {
        return IntStream.of(0, chunks / 2)
                .filter(c -> c % devices == device)
                .mapToObj(c -> c / devices)
                .collect(Collectors.toUnmodifiableSet());
    }

    static int views(List<Chunk> chunks) {
        return chunks.stream().mapToInt(Chunk::rows).sum();
    }

    /**
     * The momentum of each chunk, such that one after the other they move running statistics as one update with
     * {@code momentum} and the weighted mean of the chunks' statistics would.
     */
    static double[] momenta(List<Chunk> chunks, double momentum) {
        double all = views(chunks);
        double[] momenta = new double[chunks.size()];
        double left = 1;
        for (int c = momenta.length - 1; c >= 0; c--) {
            double share = momentum * chunks.get(c).rows() / all;
            momenta[c] = share / left;
            left -= share;
        }
        return momenta;
    }
}
