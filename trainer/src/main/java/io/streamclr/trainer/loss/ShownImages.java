package io.streamclr.trainer.loss;

import io.streamclr.schemas.identity.PictureHash;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Which images the N pairs of a batch show, and what these look like. Never changes. */
public final class ShownImages {

    private final int[] numbers;
    private final long[] pictureHashes;

    private ShownImages(int[] numbers, long[] pictureHashes) {
        this.numbers = numbers;
        this.pictureHashes = pictureHashes;
    }

    /**
     * @param numbers N; equal numbers stand for the same image, whose views are never negatives of each other; copied
     */
    public static ShownImages numbered(int[] numbers) {
        return new ShownImages(numbers.clone(), new long[numbers.length]);
    }

    /**
     * The same images, of which it is known what they look like.
     *
     * @param hashes N, as {@link PictureHash} has them; copied
     */
    public ShownImages hashed(long[] hashes) {
        if (hashes.length != numbers.length) {
            throw new IllegalArgumentException(
                    hashes.length + " picture hashes do not fit " + numbers.length + " images");
        }
        return new ShownImages(numbers, hashes.clone());
    }

    /** N. */
    public int count() {
        return numbers.length;
    }

    /** N, a copy. */
    public int[] numbers() {
        return numbers.clone();
    }

    /** N, a copy; 0 where nobody knows. */
    public long[] pictureHashes() {
        return pictureHashes.clone();
    }

    /**
     * The hashes as rows whose products say in how many bits they differ: a bit is 1 or -1, so the product of two
     * hashes is 64 less twice that number; a picture without a hash has zeros, which are near nothing.
     *
     * @return (N, 64)
     */
    float[] signs() {
        float[] signs = new float[Long.SIZE * numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            for (int bit = 0; bit < Long.SIZE && pictureHashes[i] != PictureHash.PLAIN; bit++) {
                signs[i * Long.SIZE + bit] = (pictureHashes[i] >>> bit & 1) == 1 ? 1 : -1;
            }
        }
        return signs;
    }

    /** Ordered pairs of views, a view and itself among them, that show the same image. */
    long sameImage() {
        Map<Integer, Integer> times = new HashMap<>();
        Arrays.stream(numbers).forEach(image -> times.merge(image, 2, Integer::sum));
        return times.values().stream().mapToLong(views -> (long) views * views).sum();
    }
}
