package io.streamclr.augment.decode;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Where a reader's image belongs: that of a GIF file is its first frame, which may be smaller than the screen that the
 * file draws on. As in browsers, the screen is transparent, whatever background the file names, and a frame that is too
 * large for the screen enlarges it.
 *
 * @param width of what is shown, in pixels
 * @param height of what is shown, in pixels
 * @param left where the image begins
 * @param top where it begins
 */
record GifScreen(int width, int height, int left, int top) {

    private static final int GIF = 0x464947;
    private static final int HEAD = 13;
    private static final int HAS_COLOURS = 0x80;
    private static final int EXTENSION = 0x21;
    private static final int FRAME = 0x2C;

    /**
     * Of any file.
     *
     * @param frameWidth of the image that its reader gives, which is all that others than GIF files show
     * @param frameHeight of that image
     */
    static GifScreen of(byte[] file, int frameWidth, int frameHeight) {
        ByteBuffer gif = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        int frame = gif.limit() > HEAD && (gif.getInt(0) & 0xffffff) == GIF ? frame(gif) : -1;
        if (frame < 0) {
            return new GifScreen(frameWidth, frameHeight, 0, 0);
        }
        int left = gif.getShort(frame + 1) & 0xffff;
        int top = gif.getShort(frame + 3) & 0xffff;
        return new GifScreen(
                Math.max(gif.getShort(6) & 0xffff, left + frameWidth),
                Math.max(gif.getShort(8) & 0xffff, top + frameHeight),
                left,
                top);
    }

    /** Where the head of the first frame is; -1 if there is none. */
    private static int frame(ByteBuffer gif) {
        int flags = gif.get(10);
        int at = HEAD + ((flags & HAS_COLOURS) != 0 ? 3 << ((flags & 7) + 1) : 0);
        while (at + 10 <= gif.limit() && gif.get(at) == EXTENSION) {
            at += 2;
            while (at < gif.limit() && gif.get(at) != 0) {
                at += 1 + (gif.get(at) & 0xff);
            }
            at++;
        }
        return at + 10 <= gif.limit() && gif.get(at) == FRAME ? at : -1;
    }

    /**
     * What is shown: the image on white.
     *
     * @param rgb of the image, packed; the result where there is nothing around it
     */
    byte[] around(byte[] rgb, int frameWidth, int frameHeight) {
        if (width == frameWidth && height == frameHeight) {
            return rgb;
        }
        byte[] shown = new byte[3 * width * height];
        Arrays.fill(shown, (byte) 255);
        for (int y = 0; y < frameHeight; y++) {
            System.arraycopy(rgb, 3 * y * frameWidth, shown, 3 * ((top + y) * width + left), 3 * frameWidth);
        }
        return shown;
    }
}
