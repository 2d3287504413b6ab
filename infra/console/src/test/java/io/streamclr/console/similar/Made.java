package io.streamclr.console.similar;

import io.streamclr.console.vectors.StoredEmbedding;
import io.streamclr.schemas.record.ImageEmbedding;
import io.streamclr.schemas.record.Origin;
import io.streamclr.schemas.record.VectorFormat;
import io.streamclr.schemas.wire.VectorBytes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Embeddings as a topic of one partition would hold them. */
final class Made {

    static final String DIGEST = "a".repeat(64);

    private Made() {}

    static StoredEmbedding embedding(int number, float[] vector) {
        return embedding(number, vector, DIGEST);
    }

    static StoredEmbedding embedding(int number, float[] vector, String digest) {
        return new StoredEmbedding(
                number,
                new ImageEmbedding(
                        id(number),
                        new Origin(0, (long) number),
                        Instant.EPOCH,
                        "picture-" + number + ".png",
                        "run",
                        7L,
                        digest,
                        VectorFormat.FLOAT32,
                        VectorBytes.of(vector, VectorFormat.FLOAT32),
                        number % 3 == 0 ? null : number % 3,
                        number % 3 == 0 ? null : "class " + number % 3),
                vector);
    }

    static String id(int number) {
        return String.format("%032x", number);
    }

    /** @param spread of the vectors around their centres; with one centre a vector they are simply random */
    static List<float[]> vectors(int count, int dimension, int centres, double spread, Random random) {
        List<float[]> middles = new ArrayList<>();
        for (int i = 0; i < centres; i++) {
            middles.add(gaussian(dimension, random));
        }
        List<float[]> vectors = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            float[] vector = gaussian(dimension, random);
            float[] middle = middles.get(i % centres);
            for (int j = 0; j < dimension; j++) {
                vector[j] = (float) (middle[j] + spread * vector[j]);
            }
            vectors.add(vector);
        }
        return vectors;
    }

    private static float[] gaussian(int dimension, Random random) {
        float[] vector = new float[dimension];
        for (int j = 0; j < dimension; j++) {
            vector[j] = (float) random.nextGaussian();
        }
        return vector;
    }

    /** In double precision, as it is defined. */
    static double cosine(float[] one, float[] other) {
        double product = 0;
        double first = 0;
        double second = 0;
        for (int j = 0; j < one.length; j++) {
            product += (double) one[j] * other[j];
            first += (double) one[j] * one[j];
            second += (double) other[j] * other[j];
        }
        return product / Math.sqrt(first * second);
    }
}
