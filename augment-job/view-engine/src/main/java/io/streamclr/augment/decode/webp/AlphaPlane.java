package io.streamclr.augment.decode.webp;

import java.io.IOException;
import java.util.Arrays;

/**
 * How opaque the pixels of a lossy image are (RFC 9649, section 2): plain, or as the green of a lossless image.
 */
final class AlphaPlane {

    private static final int HORIZONTAL = 1;
    private static final int VERTICAL = 2;
    private static final int GRADIENT = 3;

    private AlphaPlane() {}

    /** A byte for each pixel, row-major; 255 for what is opaque. */
    static byte[] read(Span chunk, int width, int height) throws IOException {
        int head = chunk.at(0);
        int method = head & 3;
        int filter = head >> 2 & 3;
        int levels = head >> 4 & 3;
        if (method > 1 || levels > 1 || head >> 6 != 0) {
            throw new IOException("the WebP file's alpha is of an unknown kind");
        }
        Span content = chunk.from(1);
        byte[] alpha = method == 0 ? plain(content, width * height) : lossless(content, width, height);
        for (int y = 0; y < height && filter != 0; y++) {
            undo(y == 0 ? HORIZONTAL : filter, alpha, y * width, width, y > 0);
        }
        return alpha;
    }

    private static byte[] plain(Span content, int length) throws IOException {
        Span whole = content.until(length);
        return Arrays.copyOfRange(whole.file(), whole.from(), whole.to());
    }

    private static byte[] lossless(Span content, int width, int height) throws IOException {
        int[] pixels = LosslessImage.pixels(content, width, height);
        byte[] alpha = new byte[pixels.length];
        for (int i = 0; i < alpha.length; i++) {
            alpha[i] = (byte) (pixels[i] >> 8);
        }
        return alpha;
    }

    /** A row was written as its difference from what is above or to the left. */
    private static void undo(int filter, byte[] alpha, int from, int width, boolean above) {
        if (filter == VERTICAL) {
            for (int i = from; i < from + width; i++) {
                alpha[i] += alpha[i - width];
            }
            return;
        }
        int left = above ? alpha[from - width] & 0xff : 0;
        int corner = left;
        for (int i = from; i < from + width; i++) {
            int expected = left;
            if (filter == GRADIENT) {
                int top = alpha[i - width] & 0xff;
                expected = Math.max(0, Math.min(255, left + top - corner));
                corner = top;
            }
            alpha[i] += (byte) expected;
            left = alpha[i] & 0xff;
        }
    }
}
