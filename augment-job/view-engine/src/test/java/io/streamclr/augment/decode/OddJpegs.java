package io.streamclr.augment.decode;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.imageio.ImageIO;

/** The JPEG files that {@code odd-jpegs/make.py} wrote, with the pixels that libjpeg-turbo or DCMTK makes of each. */
final class OddJpegs {

    private static final String FOLDER = "/odd-jpegs/";

    private OddJpegs() {}

    /**
     * @param name of the file
     * @param picture name of the picture that it shows
     * @param cut what is to become of files that were cut off, for it to show that
     */
    record Odd(String name, String picture, CutImages cut) {

        byte[] encoded() {
            return bytes(name);
        }

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
                .map(words -> new Odd(words[0], words[1], words[2].equals("keep") ? CutImages.KEEP : CutImages.REJECT))
                .toList();
    }

    private static byte[] bytes(String name) {
        try (InputStream file = OddJpegs.class.getResourceAsStream(FOLDER + name)) {
            return file.readAllBytes();
        } catch (IOException onClassPath) {
            throw new UncheckedIOException(onClassPath);
        }
    }
}
