package io.streamclr.augment.decode.format;

import java.io.IOException;
import java.util.Optional;

/** One image whose header has been read, and for whose pixels nothing has been allocated yet. */
public interface OpenedImage {

    /** As it is stored, in pixels; whatever the header says, so it may be 0 or less. */
    int width();

    /** As it is stored, in pixels; whatever the header says, so it may be 0 or less. */
    int height();

    /** How much memory decoding takes at its height for each pixel, without the encoded bytes, in bits. */
    int bitsPerPixel();

    /** EXIF orientation, 1 (upright) to 8. */
    default int orientation() {
        return 1;
    }

    /**
     * The JPEG file that this one keeps whole in another form, and that is decoded in its place; empty for most. Asked when
     * the sides are within the limits.
     *
     * @param mostBytes that it may have
     * @throws IOException if the file is broken or cut off, or the other has more bytes
     */
    default Optional<byte[]> jpeg(int mostBytes) throws IOException {
        return Optional.empty();
    }

    /**
     * Decodes; called once at most, when the sides are within the limits.
     *
     * @return packed RGB, row-major, {@code 3 * width * height} bytes, with what is transparent over white
     * @throws IOException if the file is broken or cut off
     */
    byte[] rgb() throws IOException;
}
