package io.streamclr.augment.decode;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Takes a WebP file (RFC 9649) apart, and puts together one that holds its first image alone: no further frames, no
 * colour profile, no metadata, and nothing twice.
 */
final class WebpFile {

    private static final int RIFF = fourCharacters("RIFF");
    private static final int WEBP = fourCharacters("WEBP");
    private static final int EXTENDED = fourCharacters("VP8X");
    private static final int LOSSY = fourCharacters("VP8 ");
    private static final int LOSSLESS = fourCharacters("VP8L");
    private static final int ALPHA = fourCharacters("ALPH");
    private static final int FRAME = fourCharacters("ANMF");

    private static final byte HAS_ALPHA = 0x10;
    private static final int FILE_HEAD = 12;
    private static final int CHUNK_HEAD = 8;
    private static final int FRAME_HEAD = 16;

    /** The reader of lossy images keeps about 100 bytes for each pixel, where others keep ten. */
    private static final int LOSSY_WEIGHT = 8;

    private final ByteBuffer file;
    private final DecodeLimits limits;

    private WebpFile(ByteBuffer file, DecodeLimits limits) {
        this.file = file;
        this.limits = limits;
    }

    static boolean starts(ByteBuffer file) {
        return Integer.reverseBytes(file.getInt(0)) == RIFF && Integer.reverseBytes(file.getInt(8)) == WEBP;
    }

    /** @param file 16 bytes or more, little-endian */
    static byte[] bare(ByteBuffer file, DecodeLimits limits) throws IOException {
        WebpFile webp = new WebpFile(file, limits);
        if (file.getInt(FILE_HEAD) != EXTENDED) {
            return webp.image(FILE_HEAD, file.limit(), 0, 0, false);
        }
        int canvas = FILE_HEAD + CHUNK_HEAD;
        if (canvas + 10 > file.limit()) {
            throw new IOException("the WebP file ends within its header");
        }
        boolean alpha = (file.get(canvas) & HAS_ALPHA) != 0;
        int first = canvas + 10;
        int frame = webp.find(FRAME, first, file.limit());
        if (frame >= 0 && frame + CHUNK_HEAD + FRAME_HEAD <= file.limit()) {
            int head = frame + CHUNK_HEAD;
            return webp.image(
                    head + FRAME_HEAD, webp.end(frame), webp.three(head + 6) + 1, webp.three(head + 9) + 1, alpha);
        }
        return webp.image(first, file.limit(), webp.three(canvas + 4) + 1, webp.three(canvas + 7) + 1, alpha);
    }

    /** The image whose chunks lie between two places; sides of 0 stand for those that the image names itself. */
    private byte[] image(int from, int to, int width, int height, boolean alpha) throws IOException {
        int lossy = find(LOSSY, from, to);
        int lossless = find(LOSSLESS, from, to);
        int image = lossy >= 0 && (lossless < 0 || lossy < lossless) ? lossy : lossless;
        if (image < 0) {
            throw new IOException("the WebP file holds no image");
        }
        if (image == lossy) {
            requireModest(lossy, width, height);
        }
        ByteArrayOutputStream bare = new ByteArrayOutputStream();
        bare.writeBytes(new byte[FILE_HEAD]);
        if (width > 0) {
            ByteBuffer head = ByteBuffer.allocate(CHUNK_HEAD + 10).order(ByteOrder.LITTLE_ENDIAN);
            head.putInt(EXTENDED).putInt(10).put(alpha ? HAS_ALPHA : 0).put(new byte[3]);
            head.putShort((short) (width - 1)).put((byte) ((width - 1) >> 16));
            head.putShort((short) (height - 1)).put((byte) ((height - 1) >> 16));
            bare.writeBytes(head.array());
            int opacity = alpha ? find(ALPHA, from, image) : -1;
            if (opacity >= 0) {
                copy(opacity, bare);
            }
        }
        copy(image, bare);
        byte[] bytes = bare.toByteArray();
        ByteBuffer.wrap(bytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(RIFF)
                .putInt(bytes.length - CHUNK_HEAD)
                .putInt(WEBP);
        return bytes;
    }

    /** A lossy image names its sides itself, and its reader believes them, whatever the canvas has. */
    private void requireModest(int chunk, int canvasWidth, int canvasHeight) throws IOException {
        int sides = chunk + CHUNK_HEAD + 6;
        if (sides + 4 > file.limit()) {
            throw new IOException("the WebP file ends within its header");
        }
        int width = file.getShort(sides) & 0x3fff;
        int height = file.getShort(sides + 2) & 0x3fff;
        if (canvasWidth > 0 && (width > canvasWidth || height > canvasHeight)) {
            throw new IOException("the WebP file holds an image of " + width + " x " + height
                    + " pixels, but its canvas has " + canvasWidth + " x " + canvasHeight);
        }
        long pixels = (long) width * height;
        if (LOSSY_WEIGHT * pixels > limits.mostPixels()) {
            throw new TooLargeException("The image has " + width + " x " + height + " pixels, allowed are "
                    + limits.mostPixels() / LOSSY_WEIGHT
                    + " in a lossy WebP file, which takes more memory than others");
        }
    }

    /** Where the first chunk of that name begins; -1 if there is none. */
    private int find(int name, int from, int to) {
        long at = from;
        while (at + CHUNK_HEAD <= to) {
            int chunk = (int) at;
            if (file.getInt(chunk) == name) {
                return chunk;
            }
            long length = file.getInt(chunk + 4) & 0xffffffffL;
            at += CHUNK_HEAD + length + (length & 1);
        }
        return -1;
    }

    private int end(int chunk) {
        return (int) Math.min(file.limit(), chunk + CHUNK_HEAD + (file.getInt(chunk + 4) & 0xffffffffL));
    }

    private void copy(int chunk, ByteArrayOutputStream to) {
        int end = end(chunk);
        to.write(file.array(), chunk, end - chunk);
        if ((end - chunk) % 2 != 0) {
            to.write(0);
        }
    }

    private int three(int at) {
        return (file.getShort(at) & 0xffff) | (file.get(at + 2) & 0xff) << 16;
    }

    private static int fourCharacters(String name) {
        return name.charAt(0) | name.charAt(1) << 8 | name.charAt(2) << 16 | name.charAt(3) << 24;
    }
}
