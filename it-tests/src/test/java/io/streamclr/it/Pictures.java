package io.streamclr.it;

import io.streamclr.schemas.record.EncodedImage;
import io.streamclr.schemas.wire.WireFormat;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** Makes image files; the same seed gives the same picture. */
final class Pictures {

    static {
        // No file of the operating system for each image.
        ImageIO.setUseCache(false);
    }

    private Pictures() {}

    /** Writes {@code count} PNG files of {@code side} pixels, each another picture. */
    static void write(Path folder, int count, int side) throws IOException {
        Files.createDirectories(folder);
        for (int i = 0; i < count; i++) {
            ImageIO.write(
                    picture(i, side),
                    "png",
                    folder.resolve(String.format("%05d.png", i)).toFile());
        }
    }

    /** An encoded image as it lies in the topic of images. */
    static byte[] envelope(byte[] encoded) {
        return WireFormat.ENCODED_IMAGE.encode(
                new EncodedImage("test", ByteBuffer.wrap(encoded), null, Instant.EPOCH, Map.of(), null));
    }

    /** The bytes of a PNG file. */
    static byte[] png(long seed, int side) throws IOException {
        return encoded(seed, side, "png");
    }

    /** The bytes of a file of this format. */
    static byte[] encoded(long seed, int side, String format) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(picture(seed, side), format, bytes);
        return bytes.toByteArray();
    }

    /** Coloured blocks. */
    private static BufferedImage picture(long seed, int side) {
        SplittableRandom random = new SplittableRandom(seed);
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < side; y += 4) {
            for (int x = 0; x < side; x += 4) {
                int colour = random.nextInt(1 << 24);
                for (int dy = 0; dy < 4 && y + dy < side; dy++) {
                    for (int dx = 0; dx < 4 && x + dx < side; dx++) {
                        image.setRGB(x + dx, y + dy, colour);
                    }
                }
            }
        }
        return image;
    }
}
