package io.streamclr.augment.decode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.imageio.ImageIO;

/** The images that {@code odd-images/make.py} wrote, with what a right decoder sees in each. */
final class OddImages {

    private static final String FOLDER = "/odd-images/";

    private OddImages() {}

    /**
     * @param name of the file; its ending says the format
     * @param picture name of the picture that it shows
     * @param tolerance how many grey levels a decoder may be away from that picture
     */
    record Odd(String name, String picture, int tolerance) {

        byte[] encoded() {
            return bytes(name);
        }

        /** What it shows, read from a plain 8-bit PNG by the platform's reader alone. */
        Pixels shows() {
            try {
                return EncodedSamples.pixels(ImageIO.read(new ByteArrayInputStream(bytes("expected/" + picture))));
            } catch (IOException inMemory) {
                throw new UncheckedIOException(inMemory);
            }
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Odd> all() {
        return new String(bytes("expected.txt"), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(" ", 3))
                .map(words -> new Odd(words[0], words[1], Integer.parseInt(words[2])))
                .toList();
    }

    private static byte[] bytes(String name) {
        try (InputStream file = OddImages.class.getResourceAsStream(FOLDER + name)) {
            return file.readAllBytes();
        } catch (IOException onClassPath) {
            throw new UncheckedIOException(onClassPath);
        }
    }
}
