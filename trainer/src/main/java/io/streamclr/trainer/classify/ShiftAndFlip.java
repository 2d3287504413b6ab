package io.streamclr.trainer.classify;

import io.streamclr.trainer.probe.LabelledImages;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;

/** The usual augmentation of small labelled images: a random crop of the image with a black margin, and a flip. */
final class ShiftAndFlip {

    /** An image moves by at most this part of its side: 4 of 32 pixels, 3 of 28. */
    private static final int PART = 8;

    private ShiftAndFlip() {}

    /** Appends one image, moved by chance. */
    static void put(LabelledImages images, int row, RandomGenerator random, ByteBuffer target) {
        int height = images.height();
        int width = images.width();
        int down = random.nextInt(-(height / PART), height / PART + 1);
        int right = random.nextInt(-(width / PART), width / PART + 1);
        boolean flipped = random.nextBoolean();
        ByteBuffer pixels = images.pixels(row, row + 1);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int fromY = y - down;
                int fromX = (flipped ? width - 1 - x : x) - right;
                boolean inside = fromY >= 0 && fromY < height && fromX >= 0 && fromX < width;
                int from = 3 * (fromY * width + fromX);
                for (int channel = 0; channel < 3; channel++) {
                    target.put(inside ? pixels.get(from + channel) : 0);
                }
            }
        }
    }
}
