package io.streamclr.augment.decode.format;

import java.io.IOException;

/** A format that is read without ImageIO. Holds no state, so one object serves every thread. */
public interface ImageFormat {

    /**
     * Whether a file is of this format, recognised by its first bytes.
     *
     * @param file of any length; never written to
     */
    boolean knows(byte[] file);

    /**
     * Reads the header, and allocates nothing for pixels.
     *
     * @param file one that {@link #knows} said yes to; never written to
     * @throws IOException if the header is broken, or, as an {@link javax.imageio.IIOException} that says "not supported",
     *     if the file is of a form that is not read
     */
    OpenedImage open(byte[] file) throws IOException;
}
