package io.streamclr.augment.decode.webp;

import java.io.IOException;
import java.util.Arrays;

/**
 * Colours were written as places in a palette, in green; with few colours several of them in one pixel (RFC 9649,
 * section 3).
 *
 * @param shareBits two to that power of pixels share one
 * @param colours as many as an index can mean; those that are not there are transparent black
 */
record PaletteTransform(int width, int height, int shareBits, int[] colours) implements Transform {

    static PaletteTransform read(BitReader in, int width, int height) throws IOException {
        int count = 1 + in.number(8);
        int shareBits = count > 16 ? 0 : count > 4 ? 1 : count > 2 ? 2 : 3;
        int[] colours = PixelStream.inner(in, count, 1);
        for (int i = 1; i < count; i++) {
            colours[i] = Pixel.sum(colours[i], colours[i - 1]);
        }
        return new PaletteTransform(width, height, shareBits, Arrays.copyOf(colours, 1 << (8 >> shareBits)));
    }

    @Override
    public int widthBelow() {
        return PixelStream.blocks(width, shareBits);
    }

    @Override
    public int[] undo(int[] pixels) {
        int[] shown = shareBits == 0 ? pixels : new int[width * height];
        int bits = 8 >> shareBits;
        int place = (1 << shareBits) - 1;
        int below = widthBelow();
        for (int y = 0; y < height; y++) {
            int from = y * below;
            int to = y * width;
            for (int x = 0; x < width; x++) {
                int shared = pixels[from + (x >> shareBits)] >> 8 & 0xff;
                shown[to + x] = colours[shared >> (bits * (x & place)) & (1 << bits) - 1];
            }
        }
        return shown;
    }
}
