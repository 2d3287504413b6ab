package io.streamclr.augment.decode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** The images that {@code make.py} wrote in each folder, with what a right decoder sees in each. */
final class OddImages {

    static final String OTHER_FORMATS = "/other-formats/";

    private static final List<String> FOLDERS =
            List.of("/odd-images/", "/web-images/", "/sample-images/", OTHER_FORMATS);

    private OddImages() {}

    /**
     * @param folder where it lies
     * @param name of the file; its ending says the format
     * @param picture name of the picture that it shows
     * @param tolerance how many grey levels a decoder may be away from that picture
     */
    record Odd(String folder, String name, String picture, int tolerance) {

        byte[] encoded() {
            return bytes(folder + name);
        }

        /** What it shows, read from a plain 8-bit PNG by the platform's reader alone. */
        Pixels shows() {
            try {
                return EncodedSamples.pixels(
                        ImageIO.read(new ByteArrayInputStream(bytes(folder + "expected/" + picture))));
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
        return FOLDERS.stream()
                .flatMap(folder -> listed(folder, "expected.txt"))
                .toList();
    }

    /** Those that only libraries of the system decode. */
    static List<Odd> bySystem() {
        return listed(OTHER_FORMATS, "system.txt").toList();
    }

    private static Stream<Odd> listed(String folder, String list) {
        return new String(bytes(folder + list), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.split(" ", 3))
                .map(words -> new Odd(folder, words[0], words[1], Integer.parseInt(words[2])));
    }

    static byte[] bytes(String name) {
        try (InputStream file = OddImages.class.getResourceAsStream(name)) {
            return file.readAllBytes();
        } catch (IOException onClassPath) {
            throw new UncheckedIOException(onClassPath);
        }
    }
}
