package io.streamclr.console.similar;

import io.streamclr.console.vectors.LogPosition;
import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.VectorFormat;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** How fast embeddings are searched and indexed, of numbers that lie around centres as those of images do. */
public final class SearchBenchmark {

    private static final int TOP = 10;
    private static final int QUERIES = 200;
    /** Vectors around each centre. */
    private static final int NEAR_EACH = 100;

    private SearchBenchmark() {}

    /**
     * What was measured, in one thread.
     *
     * @param held embeddings a second that are taken into memory
     * @param exact milliseconds of a search that compares each
     * @param indexed embeddings a second that are taken into the index, its commit included
     * @param found milliseconds of a search by the index
     * @param recall share of the ten nearest that the index finds, in [0, 1]
     */
    public record Figures(double held, double exact, double indexed, double found, double recall) {}

    /**
     * Measures.
     *
     * @param count embeddings, 1 or more
     * @param dimension numbers of each, 1 or more
     * @param folder of the index; empty
     */
    public static Figures run(int count, int dimension, long seed, Path folder) {
        Random random = new Random(seed);
        int centres = count / NEAR_EACH + 1;
        float[][] middles = new float[centres][];
        for (int i = 0; i < centres; i++) {
            middles[i] = around(new float[dimension], random);
        }
        HeldVectors held = HeldVectors.empty();
        long heldNanos = 0;
        long indexedNanos = 0;
        try (VectorIndex index = VectorIndex.open(folder)) {
            for (int i = 0; i < count; i++) {
                StoredEmbedding embedding = embedding(i, around(middles[random.nextInt(centres)], random));
                long start = System.nanoTime();
                held.add(embedding);
                long between = System.nanoTime();
                index.add(embedding);
                heldNanos += between - start;
                indexedNanos += System.nanoTime() - between;
            }
            long start = System.nanoTime();
            index.commit("benchmark", 0, LogPosition.BEGINNING);
            indexedNanos += System.nanoTime() - start;
            return search(held, index, middles, random, count * 1e9 / heldNanos, count * 1e9 / indexedNanos);
        }
    }

    private static Figures search(
            HeldVectors held,
            VectorIndex index,
            float[][] middles,
            Random random,
            double heldRate,
            double indexedRate) {
        long exact = 0;
        long found = 0;
        int common = 0;
        for (int i = -QUERIES / 2; i < QUERIES; i++) { // half as many before to warm up
            float[] query = around(middles[random.nextInt(middles.length)], random);
            long start = System.nanoTime();
            List<Found> nearest = held.nearest(query, TOP);
            long between = System.nanoTime();
            List<Found> byIndex = index.nearest(query, TOP);
            if (i >= 0) {
                exact += between - start;
                found += System.nanoTime() - between;
                common += common(nearest, byIndex);
            }
        }
        return new Figures(
                heldRate,
                exact / 1e6 / QUERIES,
                indexedRate,
                found / 1e6 / QUERIES,
                common / (double) (QUERIES * Math.min(TOP, held.size())));
    }

    private static int common(List<Found> some, List<Found> others) {
        Set<Item> items = new HashSet<>();
        some.forEach(each -> items.add(each.item()));
        return (int) others.stream().filter(each -> items.contains(each.item())).count();
    }

    private static float[] around(float[] middle, Random random) {
        float[] vector = new float[middle.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = middle[i] + (float) random.nextGaussian();
        }
        return vector;
    }

    private static StoredEmbedding embedding(int number, float[] vector) {
        return new StoredEmbedding(
                number,
                new ImageEmbedding(
                        String.format(Locale.ROOT, "%032x", number),
                        new Origin(0, (long) number),
                        Instant.EPOCH,
                        "benchmark/" + number,
                        "benchmark",
                        1L,
                        "0".repeat(64),
                        VectorFormat.FLOAT32,
                        ByteBuffer.allocate(0),
                        null,
                        null),
                vector);
    }
}
