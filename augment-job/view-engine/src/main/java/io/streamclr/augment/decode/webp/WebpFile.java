package io.streamclr.augment.decode.webp;

import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;

/**
 * The chunks of a WebP file (RFC 9649, section 2), as far as its first image asks for.
 *
 * @param width of the canvas
 * @param height of the canvas
 * @param orientation as EXIF has it
 * @param left where on the canvas the image begins
 * @param top where it begins
 * @param lossy of which kind the image is
 * @param image its chunk's content
 * @param alpha that of the chunk with the alpha of a lossy image; empty if there is none
 */
record WebpFile(int width, int height, int orientation, int left, int top, boolean lossy, Span image, Span alpha)
        implements OpenedImage {

    static final int HEAD = 12;

    /** A lossless image as whole numbers, as bytes, and the tables of its codes; a lossy one takes less. */
    private static final int BITS_PER_PIXEL = 64;

    private static final int EXTENDED = fourCharacters("VP8X");
    private static final int LOSSY = fourCharacters("VP8 ");
    private static final int LOSSLESS = fourCharacters("VP8L");
    private static final int ALPHA = fourCharacters("ALPH");
    private static final int FRAME = fourCharacters("ANMF");

    private static final int HAS_ALPHA = 0x10;
    private static final int ANIMATED = 0x02;
    private static final int CHUNK_HEAD = 8;
    private static final int FRAME_HEAD = 16;

    /** Reads the headers, and refuses what contradicts itself. */
    static WebpFile of(byte[] file, int orientation) throws IOException {
        Span chunks = new Span(file, HEAD, file.length);
        if (name(chunks, 0) != EXTENDED) {
            return still(chunks, false, orientation);
        }
        Span canvas = content(chunks, 0);
        int width = canvas.three(4) + 1;
        int height = canvas.three(7) + 1;
        Span rest = chunks.from(next(chunks, 0));
        int flags = canvas.at(0);
        if ((flags & ANIMATED) != 0) {
            return frame(rest, width, height, orientation);
        }
        WebpFile still = still(rest, (flags & HAS_ALPHA) != 0, orientation);
        if (still.width != width || still.height != height) {
            throw new IOException("the WebP file holds an image of " + still.width + " x " + still.height
                    + " pixels, but its canvas has " + width + " x " + height);
        }
        return still;
    }

    /** The first image among some chunks, on a canvas of its own sides. */
    private static WebpFile still(Span chunks, boolean hasAlpha, int orientation) throws IOException {
        int at = 0;
        int alpha = -1;
        int name = name(chunks, at);
        while (name != LOSSY && name != LOSSLESS) {
            alpha = name == ALPHA && hasAlpha ? at : alpha;
            at = next(chunks, at);
            name = name(chunks, at);
        }
        Span image = content(chunks, at);
        if (name == LOSSLESS) {
            LosslessImage.require(image);
            int width = LosslessImage.width(image);
            return new WebpFile(width, LosslessImage.height(image), orientation, 0, 0, false, image, image.until(0));
        }
        LossyHeader.require(image);
        Span opacity = alpha < 0 ? image.until(0) : content(chunks, alpha);
        if (alpha >= 0 && opacity.length() == 0) {
            throw new IOException("the WebP file's alpha is empty");
        }
        return new WebpFile(
                LossyHeader.width(image), LossyHeader.height(image), orientation, 0, 0, true, image, opacity);
    }

    /**
     * The first frame of an animation. The canvas is transparent: viewers pass over the background that the file names.
     */
    private static WebpFile frame(Span chunks, int width, int height, int orientation) throws IOException {
        int at = 0;
        while (name(chunks, at) != FRAME) {
            at = next(chunks, at);
        }
        // What is cut off after the image does not matter.
        Span frame = chunks.until(next(chunks, at)).from(at + CHUNK_HEAD);
        int left = 2 * frame.three(0);
        int top = 2 * frame.three(3);
        WebpFile image = still(frame.from(FRAME_HEAD), true, orientation);
        if (image.width < 1 || image.height < 1) {
            throw new IOException("the WebP file's first frame has no pixels");
        }
        if (left + image.width > width || top + image.height > height) {
            throw new IOException("the WebP file's first frame has " + image.width + " x " + image.height
                    + " pixels at (" + left + ", " + top + "), but the canvas has " + width + " x " + height);
        }
        return new WebpFile(width, height, orientation, left, top, image.lossy, image.image, image.alpha);
    }

    private static int name(Span chunks, int at) throws IOException {
        if (at + CHUNK_HEAD > chunks.length()) {
            throw new IOException("the WebP file holds no image, or ends before it");
        }
        return chunks.two(at) | chunks.two(at + 2) << 16;
    }

    /** @throws IOException if the chunk ends after the file */
    private static Span content(Span chunks, int at) throws IOException {
        long length = length(chunks, at);
        if (length > chunks.length() - at - CHUNK_HEAD) {
            throw new IOException("the WebP file ends within its image");
        }
        return chunks.from(at + CHUNK_HEAD).until((int) length);
    }

    /** Where the next chunk begins, or the end of the chunks if that comes first. */
    private static int next(Span chunks, int at) throws IOException {
        long length = length(chunks, at);
        return (int) Math.min(chunks.length(), at + CHUNK_HEAD + length + (length & 1));
    }

    private static long length(Span chunks, int at) throws IOException {
        return (chunks.two(at + 4) | chunks.two(at + 6) << 16) & 0xffffffffL;
    }

    private static int fourCharacters(String name) {
        return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
    }

    @Override
    public int bitsPerPixel() {
        return BITS_PER_PIXEL;
    }

    @Override
    public byte[] rgb() throws IOException {
        if (!lossy) {
            LosslessImage decoded = LosslessImage.decode(image);
            return decoded.paintedOn(new Canvas(width, height, left, top));
        }
        byte[] opacity = alpha.length() == 0
                ? new byte[0]
                : AlphaPlane.read(alpha, LossyHeader.width(image), LossyHeader.height(image));
        LossyImage decoded = LossyImage.decode(image);
        return decoded.paintedOn(new Canvas(width, height, left, top), opacity);
    }
}
