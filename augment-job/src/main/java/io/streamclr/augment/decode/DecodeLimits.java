package io.streamclr.augment.decode;

import io.streamclr.schemas.RefusalException;
import java.io.Serializable;

/**
 * Which images are too large or too small to be decoded; told from the header, before any pixel is allocated.
 *
 * @param mostPixels width times height, 1 or more
 * @param mostSide the longer side, in pixels, 1 or more
 * @param leastSide the shorter side, in pixels, 1 or more
 * @param mostBytes of the encoded image, 1 or more
 */
public record DecodeLimits(long mostPixels, int mostSide, int leastSide, int mostBytes) implements Serializable {

    /** 64 megapixels, sides from 1 to 32,767 pixels, 64 MiB of encoded bytes. */
    public static final DecodeLimits DEFAULT = new DecodeLimits(64_000_000, 32_767, 1, 64 << 20);

    /** Three bytes for a pixel must fit into one array. */
    private static final long MOST_ADDRESSABLE = Integer.MAX_VALUE / 3 - 16;

    public DecodeLimits {
        if (mostPixels < 1 || mostPixels > MOST_ADDRESSABLE) {
            throw new RefusalException("The most pixels of an image are " + mostPixels + ", but must be from 1 to "
                    + MOST_ADDRESSABLE + "; 64000000 is usual");
        }
        if (leastSide < 1 || mostSide < leastSide) {
            throw new RefusalException("The sides of an image are limited to " + leastSide + " ... " + mostSide
                    + " pixels, but the least must be 1 or more and not above the most");
        }
        if (mostBytes < 1) {
            throw new RefusalException(
                    "The most bytes of an encoded image are " + mostBytes + ", but must be 1 or more");
        }
    }
}
