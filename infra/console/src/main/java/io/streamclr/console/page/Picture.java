package io.streamclr.console.page;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import javax.imageio.ImageIO;

/** Pixels as a browser takes them. */
final class Picture {

    private final BufferedImage image;

    private Picture(BufferedImage image) {
        this.image = image;
    }

    /** @param rgb {@code 3 * width * height} unsigned bytes, row-major, from its position on */
    static Picture of(int width, int height, ByteBuffer rgb) {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int at = rgb.position();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++, at += 3) {
                image.setRGB(
                        x, y, (rgb.get(at) & 0xff) << 16 | (rgb.get(at + 1) & 0xff) << 8 | (rgb.get(at + 2) & 0xff));
            }
        }
        return new Picture(image);
    }

    /** An empty picture to put others on. */
    static Picture empty(int width, int height) {
        return new Picture(new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB));
    }

    /** The same, made smaller where its longer side has more pixels than this. */
    Picture within(int side) {
        int longer = Math.max(image.getWidth(), image.getHeight());
        if (longer <= side) {
            return this;
        }
        Picture small =
                empty(Math.max(1, image.getWidth() * side / longer), Math.max(1, image.getHeight() * side / longer));
        small.put(this, 0, 0, small.image.getWidth(), small.image.getHeight());
        return small;
    }

    /** Puts another picture on this one, at that size. */
    void put(Picture other, int left, int top, int width, int height) {
        Graphics2D pen = image.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        pen.drawImage(other.image, left, top, width, height, null);
        pen.dispose();
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
