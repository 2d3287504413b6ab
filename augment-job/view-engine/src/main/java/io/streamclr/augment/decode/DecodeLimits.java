package io.streamclr.augment.decode;

import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.record.RejectReason;
import java.io.Serializable;
import java.util.Optional;

/**
 * Which images are too large or too small to be decoded; known from the header, before any pixel is allocated.
 *
 * @param mostPixels width times height, 1 or more
 * @param mostSide the longer side, in pixels, 1 or more
 * @param leastSide the shorter side, in pixels, 1 or more
 * @param mostBytes of the encoded image, 1 or more
 */
public record DecodeLimits(long mostPixels, int mostSide, int leastSide, int mostBytes) implements Serializable {

    /** 64 megapixels, sides from 1 to 32,767 pixels, 64 MiB of encoded bytes. */
    public static final DecodeLimits DEFAULT = new DecodeLimits(64_000_000, 32_767, 1, 64 << 20);

    /** What a pixel may need while it is decoded. */
    private static final int USUAL_BITS = 64;

    /** Three bytes for a pixel must fit into one array. */
    private static final long MOST_ADDRESSABLE = Integer.MAX_VALUE / 3 - 16;

    public DecodeLimits {
        if (mostPixels < 1 || mostPixels > MOST_ADDRESSABLE) {
            throw RefusalException.ofUsage("The most pixels of an image are " + mostPixels + ", but must be from 1 to "
                    + MOST_ADDRESSABLE + "; 64000000 is usual");
        }
        if (leastSide < 1 || mostSide < leastSide) {
            throw RefusalException.ofUsage("The sides of an image are limited to " + leastSide + " ... " + mostSide
                    + " pixels, but the least must be 1 or more and not above the most");
        }
        if (mostBytes < 1) {
            throw RefusalException.ofUsage(
                    "The most bytes of an encoded image are " + mostBytes + ", but must be 1 or more");
        }
    }

    /**
     * Why an image of these sides is not decoded; empty if it may be.
     *
     * @param width in pixels, as the header says
     * @param height in pixels, as the header says
     */
    Optional<Decoding.Rejected> refuse(int width, int height) {
        if (width < 1 || height < 1) {
            return refused(RejectReason.BROKEN, "The header names " + width + " x " + height + " pixels");
        }
        if (Math.min(width, height) < leastSide) {
            return refused(RejectReason.TOO_SMALL, sides(width, height) + "sides from " + leastSide);
        }
        if (Math.max(width, height) > mostSide) {
            return refused(RejectReason.TOO_LARGE, sides(width, height) + "sides up to " + mostSide);
        }
        if ((long) width * height > mostPixels) {
            return refused(RejectReason.TOO_LARGE, sides(width, height) + mostPixels + " pixels");
        }
        return Optional.empty();
    }

    /**
     * Why an image of this depth is not decoded; empty if it may be.
     *
     * @param bits of a pixel while it is decoded; with more than usual an image counts as so many pixels more
     */
    Optional<Decoding.Rejected> refuseDepth(int width, int height, int bits) {
        long pixels = (long) width * height * ((bits + USUAL_BITS - 1) / USUAL_BITS);
        return pixels <= mostPixels
                ? Optional.empty()
                : refused(
                        RejectReason.TOO_LARGE,
                        "The image has " + width + " x " + height + " pixels of " + bits + " bits, allowed are "
                                + mostPixels + " pixels of usual depth");
    }

    private static String sides(int width, int height) {
        return "The image has " + width + " x " + height + " pixels, allowed are ";
    }

    private static Optional<Decoding.Rejected> refused(RejectReason reason, String detail) {
        return Optional.of(new Decoding.Rejected(reason, detail));
    }
}
