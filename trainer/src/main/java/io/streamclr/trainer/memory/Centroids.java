package io.streamclr.trainer.memory;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * Keeps as many images of each region of the encoder's space as of any other (after CLIMB, arXiv:2606.31275): a random
 * image of the fullest region goes. A region is what is nearest to its centroid, which follows the images that come into
 * it. An image farther from every centroid than {@value #NOVEL} of the newest {@value #DISTANCES} were founds a region of
 * its own; where there are too many, the two most alike become one.
 */
final class Centroids implements Eviction {

    static final int MOST_REGIONS = 64;
    private static final int IMAGES_PER_REGION = 32;
    private static final double NOVEL = 0.95;
    private static final int DISTANCES = 1000;
    private static final float FOLLOWING = 0.1f;
    private static final short NO_REGION = -1;

    private final float[][] centroids;
    private final int[] images;
    private final short[] regionOf;
    private final float[] feature;
    /** How far new images were from the nearest centroid: 1 minus the cosine, the newest of them. */
    private final float[] distances = new float[DISTANCES];

    private int regions;
    private long measured;

    /** @param capacity of the memory; @param dimensions of the features */
    Centroids(int capacity, int dimensions) {
        int most = Math.max(2, Math.min(MOST_REGIONS, capacity / IMAGES_PER_REGION));
        centroids = new float[most][dimensions];
        images = new int[most];
        regionOf = new short[capacity];
        feature = new float[dimensions];
        Arrays.fill(regionOf, NO_REGION);
    }

    @Override
    public int[] places(Slots slots, int newcomers, long seed) {
        int[] left = Arrays.copyOf(images, regions);
        Set<Integer> taken = new HashSet<>();
        int[] places = new int[newcomers];
        int found = 0;
        while (found < newcomers) {
            int fullest = fullest(left);
            if (fullest < 0) {
                break;
            }
            int slot = member(slots, fullest, taken, (int) Chance.below(seed, found, slots.size()));
            left[fullest]--;
            taken.add(slot);
            places[found++] = slot;
        }
        if (found < newcomers) {
            int[] oldest = Oldest.of(slots, newcomers - found, slot -> !taken.contains(slot));
            System.arraycopy(oldest, 0, places, found, oldest.length);
        }
        return places;
    }

    private static int fullest(int[] left) {
        int fullest = -1;
        for (int region = 0; region < left.length; region++) {
            if (left[region] > 0 && (fullest < 0 || left[region] > left[fullest])) {
                fullest = region;
            }
        }
        return fullest;
    }

    /** The first slot of a region from {@code start} on, around the end; there is one that is not taken. */
    private int member(Slots slots, int region, Set<Integer> taken, int start) {
        int slot = start;
        while (regionOf[slot] != region || taken.contains(slot)) {
            slot = slot + 1 == slots.size() ? 0 : slot + 1;
        }
        return slot;
    }

    @Override
    public void replaced(int slot) {
        leave(slot);
    }

    private void leave(int slot) {
        if (regionOf[slot] != NO_REGION) {
            images[regionOf[slot]]--;
            regionOf[slot] = NO_REGION;
        }
    }

    @Override
    public void learned(Slots slots, int[] seen) {
        float novel = novelDistance();
        for (int slot : seen) {
            slots.feature(slot, feature);
            int region = nearest();
            float distance = region < 0 ? 2 : 1 - dot(centroids[region], feature);
            if (slots.isSeenOnce(slot)) {
                distances[(int) (measured++ % DISTANCES)] = distance;
            }
            leave(slot);
            if (region < 0 || (slots.isSeenOnce(slot) && distance > novel)) {
                region = found();
            } else {
                follow(centroids[region]);
            }
            regionOf[slot] = (short) region;
            images[region]++;
        }
    }

    /** Beyond it an image is new to the memory; below a tenth of the distances nobody can say. */
    private float novelDistance() {
        int known = (int) Math.min(measured, DISTANCES);
        if (known < DISTANCES / 10) {
            return regions < centroids.length ? 0 : Float.MAX_VALUE;
        }
        float[] sorted = Arrays.copyOf(distances, known);
        Arrays.sort(sorted);
        return sorted[(int) (NOVEL * known)];
    }

    private int nearest() {
        int nearest = -1;
        float most = 0;
        for (int region = 0; region < regions; region++) {
            float cosine = dot(centroids[region], feature);
            if (nearest < 0 || cosine > most) {
                nearest = region;
                most = cosine;
            }
        }
        return nearest;
    }

    /** A region around the feature at hand. */
    private int found() {
        int region = regions < centroids.length ? regions++ : merge();
        centroids[region] = feature.clone();
        images[region] = 0;
        return region;
    }

    /** Makes one region of the two most alike. @return the one that is free now */
    private int merge() {
        int one = 0;
        int other = 1;
        float most = -2;
        for (int i = 0; i < regions; i++) {
            for (int j = i + 1; j < regions; j++) {
                float cosine = dot(centroids[i], centroids[j]);
                if (cosine > most) {
                    one = i;
                    other = j;
                    most = cosine;
                }
            }
        }
        float[] merged = centroids[one];
        for (int d = 0; d < merged.length; d++) {
            merged[d] = images[one] * merged[d] + images[other] * centroids[other][d];
        }
        Directions.normalise(merged);
        for (int slot = 0; slot < regionOf.length; slot++) {
            if (regionOf[slot] == other) {
                regionOf[slot] = (short) one;
            }
        }
        images[one] += images[other];
        images[other] = 0;
        return other;
    }

    private void follow(float[] centroid) {
        for (int d = 0; d < centroid.length; d++) {
            centroid[d] += FOLLOWING * (feature[d] - centroid[d]);
        }
        Directions.normalise(centroid);
    }

    private static float dot(float[] one, float[] other) {
        float sum = 0;
        for (int d = 0; d < one.length; d++) {
            sum += one[d] * other[d];
        }
        return sum;
    }

    /** How many images each region has. */
    int[] images() {
        return Arrays.copyOf(images, regions);
    }

    @Override
    public void write(DataOutputStream out) throws IOException {
        out.writeInt(regions);
        out.writeLong(measured);
        for (float[] centroid : Arrays.copyOf(centroids, regions)) {
            write(out, centroid);
        }
        write(out, distances);
        for (short region : regionOf) {
            out.writeShort(region);
        }
    }

    private static void write(DataOutputStream out, float[] values) throws IOException {
        for (float value : values) {
            out.writeFloat(value);
        }
    }

    @Override
    public void read(DataInputStream in, Slots slots) throws IOException {
        regions = in.readInt();
        measured = in.readLong();
        if (regions < 0 || regions > centroids.length || measured < 0) {
            throw new IOException(regions + " regions of " + centroids.length);
        }
        for (int region = 0; region < regions; region++) {
            read(in, centroids[region]);
        }
        read(in, distances);
        for (int slot = 0; slot < regionOf.length; slot++) {
            short region = in.readShort();
            if (region < NO_REGION || region >= regions || (region >= 0 && slot >= slots.size())) {
                throw new IOException("an image in region " + region + " of " + regions);
            }
            regionOf[slot] = region;
            if (region >= 0) {
                images[region]++;
            }
        }
    }

    private static void read(DataInputStream in, float[] values) throws IOException {
        for (int i = 0; i < values.length; i++) {
            values[i] = in.readFloat();
        }
    }
}
