package io.streamclr.trainer.memory;

import io.streamclr.schemas.identity.ImageId;
import io.streamclr.trainer.memory.MemoryPlan.Policy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Images and embeddings that follow from their numbers. */
final class Streams {

    static final int DIMENSIONS = 8;

    private Streams() {}

    /** Any memory of this policy that may be replayed from. */
    static ImageMemory memory(Policy policy, int capacity) {
        return new ImageMemory(new MemoryPlan(policy, capacity, 0.5, 1), DIMENSIONS, 42);
    }

    static HeldImage image(int number) {
        return new HeldImage(new ImageId(7L * number, number), number % 3, number);
    }

    /** Images {@code from} to below {@code to}. */
    static List<HeldImage> images(int from, int to) {
        return IntStream.range(from, to).mapToObj(Streams::image).toList();
    }

    static List<ImageId> ids(List<HeldImage> images) {
        return images.stream().map(HeldImage::id).toList();
    }

    static List<Integer> numbers(List<HeldImage> images) {
        return images.stream().map(image -> (int) image.offset()).toList();
    }

    /** Two embeddings of each image, of any length, in a direction of its own. */
    static float[] embeddings(List<HeldImage> images) {
        float[] rows = new float[2 * images.size() * DIMENSIONS];
        for (int row = 0; row < 2 * images.size(); row++) {
            long number = images.get(row % images.size()).offset();
            SplittableRandom random = new SplittableRandom(number);
            SplittableRandom ofView = new SplittableRandom(2 * number + row / images.size());
            for (int d = 0; d < DIMENSIONS; d++) {
                rows[row * DIMENSIONS + d] =
                        (float) (3 * (random.nextDouble() - 0.5 + 0.1 * (ofView.nextDouble() - 0.5)));
            }
        }
        return rows;
    }

    /** Takes in fresh images of a step, and has the encoder see all that it draws and these. */
    static void step(ImageMemory memory, long step, List<HeldImage> fresh) {
        memory.keep(step, fresh);
        List<HeldImage> shown = new ArrayList<>(fresh);
        shown.addAll(memory.draw(step, 4));
        memory.learn(ids(shown), embeddings(shown));
    }

    static byte[] written(ImageMemory memory) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            memory.write(out);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }

    static ImageMemory read(byte[] bytes, ImageMemory empty) throws IOException {
        empty.read(new DataInputStream(new ByteArrayInputStream(bytes)));
        return empty;
    }
}
