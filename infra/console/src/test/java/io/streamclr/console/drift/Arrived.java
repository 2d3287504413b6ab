package io.streamclr.console.drift;

import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.wire.VectorBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Embeddings that arrived at moments given. */
final class Arrived {

    static final String FIRST = "1".repeat(64);
    static final String SECOND = "2".repeat(64);
    static final int FEATURES = 8;

    private static final Instant BEGINNING = Instant.parse("2026-03-01T00:00:00Z");

    private Arrived() {}

    static Instant second(long second) {
        return BEGINNING.plusSeconds(second);
    }

    /** An image around a point whose first number is given, and whose others are 0; by itself the number says all. */
    static StoredEmbedding embedding(int number, long second, String digest, double centre) {
        return embedding(number, second, digest, vector(centre, new SplittableRandom(number)));
    }

    static StoredEmbedding embedding(int number, long second, String digest, float[] vector) {
        return new StoredEmbedding(
                number,
                new ImageEmbedding(
                        String.format("%032x", number),
                        new Origin(0, (long) number),
                        second(second),
                        number + ".png",
                        "night",
                        digest.equals(FIRST) ? 100L : 200L,
                        digest,
                        VectorFormat.FLOAT32,
                        VectorBytes.of(vector, VectorFormat.FLOAT32),
                        null,
                        null),
                vector);
    }

    static float[] vector(double centre, RandomGenerator random) {
        float[] vector = new float[FEATURES];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) ((i == 0 ? centre : 0) + random.nextGaussian());
        }
        return vector;
    }

    static List<float[]> vectors(int count, double centre, RandomGenerator random) {
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            vectors.add(vector(centre, random));
        }
        return vectors;
    }
}
