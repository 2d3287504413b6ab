package io.streamclr.local.experiment;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Small images in a folder for each of three classes. */
final class ColouredImages {

    private ColouredImages() {}

    /** Each of one colour of its own that varies a little from pixel to pixel. */
    static Path coloured(Path place, int count, int side) throws IOException {
        SplittableRandom random = new SplittableRandom(side);
        for (int i = 0; i < count; i++) {
            int[] colour = {random.nextInt(20, 230), random.nextInt(20, 230), random.nextInt(20, 230)};
            write(place, i, side, () -> {
                int light = random.nextInt(20);
                return (colour[0] + light) << 16 | (colour[1] + light) << 8 | (colour[2] + light);
            });
        }
        return place;
    }

    /** Each of the colour of its class, red, green or blue, that varies a little from pixel to pixel. */
    static Path labelled(Path place, int count, int side) throws IOException {
        SplittableRandom random = new SplittableRandom(side);
        for (int i = 0; i < count; i++) {
            int shift = 8 * (2 - i % 3);
            write(place, i, side, () -> (150 + random.nextInt(100)) << shift);
        }
        return place;
    }

    /** Of random greys. */
    static Path grey(Path place, int count, int side) throws IOException {
        SplittableRandom random = new SplittableRandom(side);
        for (int i = 0; i < count; i++) {
            write(place, i, side, () -> 0x010101 * random.nextInt(256));
        }
        return place;
    }

    private interface Pixel {
        int rgb();
    }

    private static void write(Path place, int number, int side, Pixel pixel) throws IOException {
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < side; y++) {
            for (int x = 0; x < side; x++) {
                image.setRGB(x, y, pixel.rgb());
            }
        }
        Path folder = Files.createDirectories(place.resolve("class" + number % 3));
        ImageIO.write(image, "png", folder.resolve(number + ".png").toFile());
    }
}
