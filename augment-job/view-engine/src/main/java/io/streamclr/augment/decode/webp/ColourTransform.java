package io.streamclr.augment.decode.webp;

import java.io.IOException;

/**
 * Red and blue were written as their differences from what green and red let expect, block by block (RFC 9649, section
 * 3).
 *
 * @param widthBelow that of the image
 * @param sideBits of the blocks
 * @param factors for each block, how red follows from green, blue from green, and blue from red
 */
record ColourTransform(int widthBelow, int height, int sideBits, int[] factors) implements Transform {

    static ColourTransform read(BitReader in, int width, int height) throws IOException {
        int sideBits = 2 + in.number(3);
        int[] factors =
                PixelStream.inner(in, PixelStream.blocks(width, sideBits), PixelStream.blocks(height, sideBits));
        return new ColourTransform(width, height, sideBits, factors);
    }

    @Override
    public int[] undo(int[] pixels) {
        int perRow = PixelStream.blocks(widthBelow, sideBits);
        int side = 1 << sideBits;
        for (int y = 0; y < height; y++) {
            for (int left = 0; left < widthBelow; left += side) {
                int factor = factors[(y >> sideBits) * perRow + (left >> sideBits)];
                int from = y * widthBelow;
                undo(pixels, from + left, from + Math.min(widthBelow, left + side), factor);
            }
        }
        return pixels;
    }

    private static void undo(int[] pixels, int from, int to, int factor) {
        int redFromGreen = (byte) factor;
        int blueFromGreen = (byte) (factor >> 8);
        int blueFromRed = (byte) (factor >> 16);
        for (int i = from; i < to; i++) {
            int pixel = pixels[i];
            int green = (byte) (pixel >> 8);
            int red = (pixel >> 16) + ((redFromGreen * green) >> 5);
            int blue = pixel + ((blueFromGreen * green) >> 5) + ((blueFromRed * (byte) red) >> 5);
            pixels[i] = (pixel & 0xFF00FF00) | (red & 0xff) << 16 | (blue & 0xff);
        }
    }
}
