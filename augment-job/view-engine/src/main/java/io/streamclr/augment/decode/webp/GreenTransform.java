package io.streamclr.augment.decode.webp;

/**
 * Red and blue were written as their differences from green (RFC 9649, section 3).
 *
 * @param widthBelow that of the image
 */
record GreenTransform(int widthBelow) implements Transform {

    private static final int RED_AND_BLUE = 0x00FF00FF;

    @Override
    public int[] undo(int[] pixels) {
        for (int i = 0; i < pixels.length; i++) {
            int pixel = pixels[i];
            int green = pixel >> 8 & 0xff;
            pixels[i] = (pixel & ~RED_AND_BLUE) | ((pixel & RED_AND_BLUE) + (green << 16 | green) & RED_AND_BLUE);
        }
        return pixels;
    }
}
