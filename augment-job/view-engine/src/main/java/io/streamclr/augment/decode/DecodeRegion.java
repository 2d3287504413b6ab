package io.streamclr.augment.decode;

/** Says which part of an image is needed, as soon as its sides are known: what nobody looks at need not be decoded. */
@FunctionalInterface
public interface DecodeRegion {

    /** Everything. */
    DecodeRegion WHOLE = Region::whole;

    /**
     * The part that is needed.
     *
     * @param width of the upright image, in pixels
     * @param height of the upright image, in pixels
     * @return inside the image
     */
    Region of(int width, int height);

    /**
     * To which part of its sides the image may be shrunk while it is decoded, as the whole image and by a decoder that
     * can; most cannot.
     *
     * @param width of the upright image, in pixels
     * @param height of the upright image, in pixels
     * @return 1, 2, 4 or 8
     */
    default int shrink(int width, int height) {
        return 1;
    }
}
