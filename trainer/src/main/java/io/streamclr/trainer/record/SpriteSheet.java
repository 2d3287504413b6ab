package io.streamclr.trainer.record;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;

/** Pictures of one size side by side, in rows. */
public final class SpriteSheet {

    private final BufferedImage image;

    private SpriteSheet(BufferedImage image) {
        this.image = image;
    }

    /**
     * The pictures in rows of {@code columns}, first row first.
     *
     * @param pixels (N, height, width, 3), unsigned bytes, from its position to its limit
     */
    public static SpriteSheet of(ByteBuffer pixels, int height, int width, int columns) {
        int count = pixels.remaining() / (3 * height * width);
        return of(pixels, height, width, columns, (count + columns - 1) / columns);
    }

    /** The same with as many rows as columns, the fewest that hold all; the rest is black. */
    static SpriteSheet square(ByteBuffer pixels, int height, int width) {
        int side = (int) Math.ceil(Math.sqrt(pixels.remaining() / (3 * height * width)));
        return of(pixels, height, width, side, side);
    }

    private static SpriteSheet of(ByteBuffer pixels, int height, int width, int columns, int rows) {
        int count = pixels.remaining() / (3 * height * width);
        BufferedImage image = new BufferedImage(columns * width, rows * height, BufferedImage.TYPE_INT_RGB);
        int at = pixels.position();
        for (int picture = 0; picture < count; picture++) {
            int left = picture % columns * width;
            int top = picture / columns * height;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++, at += 3) {
                    int rgb = (pixels.get(at) & 0xff) << 16
                            | (pixels.get(at + 1) & 0xff) << 8
                            | (pixels.get(at + 2) & 0xff);
                    image.setRGB(left + x, top + y, rgb);
                }
            }
        }
        return new SpriteSheet(image);
    }

    /** In pixels. */
    int width() {
        return image.getWidth();
    }

    /** In pixels. */
    int height() {
        return image.getHeight();
    }

    /** A PNG file. */
    byte[] png() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            if (!ImageIO.write(image, "png", bytes)) {
                throw new IllegalStateException("Every Java platform must write PNG");
            }
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return bytes.toByteArray();
    }
}
