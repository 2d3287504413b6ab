package io.streamclr.augment.decode.webp;

import java.io.IOException;

/**
 * Pixels were written as their differences from what those above and to the left let expect, in a way that each block
 * names (RFC 9649, section 3).
 *
 * @param widthBelow that of the image
 * @param sideBits of the blocks
 * @param modes for each block, in green
 */
record PredictorTransform(int widthBelow, int height, int sideBits, int[] modes) implements Transform {

    private static final int BLACK = 0xFF000000;

    static PredictorTransform read(BitReader in, int width, int height) throws IOException {
        int sideBits = 2 + in.number(3);
        int[] modes = PixelStream.inner(in, PixelStream.blocks(width, sideBits), PixelStream.blocks(height, sideBits));
        return new PredictorTransform(width, height, sideBits, modes);
    }

    @Override
    public int[] undo(int[] pixels) {
        pixels[0] = Pixel.sum(pixels[0], BLACK);
        add(1, pixels, 1, widthBelow);
        int perRow = PixelStream.blocks(widthBelow, sideBits);
        int side = 1 << sideBits;
        for (int y = 1; y < height; y++) {
            int from = y * widthBelow;
            pixels[from] = Pixel.sum(pixels[from], pixels[from - widthBelow]);
            for (int left = 0; left < widthBelow; left += side) {
                int mode = modes[(y >> sideBits) * perRow + (left >> sideBits)] >> 8 & 15;
                add(mode, pixels, from + Math.max(1, left), from + Math.min(widthBelow, left + side));
            }
        }
        return pixels;
    }

    /** What is to the right above the last pixel of a row is the first pixel of that row, as it lies in memory. */
    private void add(int mode, int[] p, int from, int to) {
        int w = widthBelow;
        switch (mode) {
            case 1 -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], p[i - 1]);
                }
            }
            case 2 -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], p[i - w]);
                }
            }
            case 3 -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], p[i - w + 1]);
                }
            }
            case 4 -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], p[i - w - 1]);
                }
            }
            case 5 -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], Pixel.mean(Pixel.mean(p[i - 1], p[i - w + 1]), p[i - w]));
                }
            }
            case 6 -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], Pixel.mean(p[i - 1], p[i - w - 1]));
                }
            }
            case 7 -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], Pixel.mean(p[i - 1], p[i - w]));
                }
            }
            case 8 -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], Pixel.mean(p[i - w - 1], p[i - w]));
                }
            }
            case 9 -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], Pixel.mean(p[i - w], p[i - w + 1]));
                }
            }
            case 10 -> {
                for (int i = from; i < to; i++) {
                    int left = Pixel.mean(p[i - 1], p[i - w - 1]);
                    p[i] = Pixel.sum(p[i], Pixel.mean(left, Pixel.mean(p[i - w], p[i - w + 1])));
                }
            }
            case 11 -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], Pixel.nearer(p[i - 1], p[i - w], p[i - w - 1]));
                }
            }
            case 12 -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], Pixel.gradient(p[i - 1], p[i - w], p[i - w - 1]));
                }
            }
            case 13 -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], Pixel.halfGradient(p[i - 1], p[i - w], p[i - w - 1]));
                }
            }
            default -> {
                for (int i = from; i < to; i++) {
                    p[i] = Pixel.sum(p[i], BLACK);
                }
            }
        }
    }
}
