package io.streamclr.ingest.likeness;

import io.streamclr.schemas.identity.PictureHash;
import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import java.util.OptionalLong;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Decodes a picture as far as its {@link PictureHash} needs it. */
public final class EncodedPicture {

    /** Beyond this a picture is not decoded. */
    private static final long MAX_PIXELS = 100_000_000;
    /** A picture is shrunk while it is decoded, as long as both sides keep this many pixels. */
    private static final int ENOUGH_PIXELS = 256;
    /** A picture that is very much longer than it is wide is shrunk further in its length, to about as many pixels. */
    private static final int MAX_DECODED_PIXELS = 1 << 20;
    /** Readers hold some whole rows of what they have not shrunk yet. */
    private static final int MAX_WIDTH = 1 << 20;

    private EncodedPicture() {}

    /** The picture's hash; empty if the Java platform cannot decode it, or it is too plain or too large to be compared. */
    public static OptionalLong hash(byte[] encoded) {
        try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                return OptionalLong.empty();
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                int width = reader.getWidth(0);
                int height = reader.getHeight(0);
                if (width > MAX_WIDTH || (long) width * height > MAX_PIXELS) {
                    return OptionalLong.empty();
                }
                int shorter = Math.min(width, height);
                int step = Math.max(1, shorter / ENOUGH_PIXELS);
                long longest = (long) MAX_DECODED_PIXELS * step / shorter;
                int along = (int) Math.max(step, Math.max(width, height) / longest);
                ImageReadParam shrunk = reader.getDefaultReadParam();
                shrunk.setSourceRegion(new Rectangle(width, height));
                shrunk.setSourceSubsampling(width > height ? along : step, width > height ? step : along, 0, 0);
                return hash(reader.read(0, shrunk));
            } finally {
                reader.dispose();
            }
        } catch (IOException | RuntimeException undecodable) { // readers throw anything at hostile bytes
            return OptionalLong.empty();
        }
    }

    static OptionalLong hash(BufferedImage picture) {
        int width = picture.getWidth();
        int[] colours = new int[width];
        long hash = PictureHash.of(width, picture.getHeight(), (y, into) -> {
            picture.getRGB(0, y, width, 1, colours, 0, width);
            for (int x = 0; x < width; x++) {
                int colour = colours[x];
                into[x] = PictureHash.brightness((colour >> 16) & 0xff, (colour >> 8) & 0xff, colour & 0xff);
            }
        });
        return hash == PictureHash.PLAIN ? OptionalLong.empty() : OptionalLong.of(hash);
    }
}
