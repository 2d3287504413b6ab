package io.streamclr.augment.decode.webp;

import java.io.EOFException;
import java.io.IOException;
import java.util.Deque;

/** A lossless image (RFC 9649, section 3): pixels in prefix codes, and transforms to be undone. */
final class LosslessImage {

    private static final int SIGNATURE = 0x2F;
    private static final int SIDE_BITS = 14;
    private static final int HEAD = 5;

    private final int width;
    private final boolean alpha;
    private final int[] pixels;

    private LosslessImage(int width, boolean alpha, int[] pixels) {
        this.width = width;
        this.alpha = alpha;
        this.pixels = pixels;
    }

    /** Refuses what is none, or of a version that is not known. */
    static void require(Span image) throws IOException {
        if (image.at(0) != SIGNATURE || image.at(HEAD - 1) >> 5 != 0) {
            throw new IOException("the WebP file's lossless image does not begin like one");
        }
    }

    static int width(Span image) throws EOFException {
        return (image.two(1) & (1 << SIDE_BITS) - 1) + 1;
    }

    static int height(Span image) throws EOFException {
        return (image.three(2) >> 6 & (1 << SIDE_BITS) - 1) + 1;
    }

    /** Whether the image has alpha; if not, what stands for it means nothing. */
    private static boolean alpha(Span image) throws EOFException {
        return (image.at(HEAD - 1) >> 4 & 1) != 0;
    }

    static LosslessImage decode(Span image) throws IOException {
        int width = width(image);
        int height = height(image);
        return new LosslessImage(width, alpha(image), pixels(image.from(HEAD), width, height));
    }

    /** Draws the image; gives what the canvas then shows. */
    byte[] paintedOn(Canvas canvas) {
        for (int i = 0, y = 0; i < pixels.length; y++) {
            int to = canvas.at(0, y);
            for (int end = i + width; i < end; i++) {
                int pixel = pixels[i];
                int opacity = alpha ? pixel >>> 24 : 255;
                to = canvas.put(to, (pixel >> 16) & 0xff, (pixel >> 8) & 0xff, pixel & 0xff, opacity);
            }
        }
        return canvas.rgb();
    }

    /** What a lossless image without its head shows: alpha, red, green and blue. */
    static int[] pixels(Span content, int width, int height) throws IOException {
        BitReader in = new BitReader(content);
        Deque<Transform> transforms = Transform.readAll(in, width, height);
        int below = transforms.isEmpty() ? width : transforms.peek().widthBelow();
        int[] pixels = PixelStream.image(in, below, height);
        for (Transform transform : transforms) {
            pixels = transform.undo(pixels);
        }
        return pixels;
    }
}
