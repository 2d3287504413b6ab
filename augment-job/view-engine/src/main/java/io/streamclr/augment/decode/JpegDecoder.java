package io.streamclr.augment.decode;

import io.streamclr.schemas.RefusalException;
import java.util.Locale;

/** Who decodes JPEG files that all decoders read alike and whose colours are beyond doubt; the others are read as ever. */
public enum JpegDecoder {
    /** The JDK's own. Its pixels are the same on every machine. */
    IMAGEIO {
        @Override
        PlainJpeg open(DecodeLimits limits, Readers readers) {
            return new PlatformJpeg(limits, readers);
        }
    },
    /** The system's libjpeg-turbo. It can shrink while it decodes, and then makes other pixels in less time. */
    TURBOJPEG {
        @Override
        PlainJpeg open(DecodeLimits limits, Readers readers) {
            return TurboJpeg.open(limits);
        }

        @Override
        public void requireHere() {
            TurboLibrary.require();
        }
    };

    /**
     * Makes sure that this machine has what it needs.
     *
     * @throws RefusalException if it has not
     */
    public void requireHere() {}

    /**
     * Makes a decoder for one thread.
     *
     * @throws RefusalException if this machine lacks what it needs
     */
    abstract PlainJpeg open(DecodeLimits limits, Readers readers);

    /** As the command line has it. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
