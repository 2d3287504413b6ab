package io.streamclr.augment.decode;

import java.util.List;
import javax.imageio.IIOException;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;

/**
 * Hears from a reader that JPEG data is damaged. It goes on then and makes up the rest, libjpeg 6b in its way and
 * libjpeg-turbo in another, so what it makes is not the same everywhere.
 */
final class JpegDamage implements IIOReadWarningListener {

    /** How libjpeg's warnings begin. It reports the first alone, so one about an oddity may hide one about a loss. */
    private static final List<String> WARNINGS = List.of(
            "Corrupt JPEG data",
            "Inconsistent progression",
            "Premature end of JPEG",
            "Truncated File",
            "Invalid SOS parameters",
            "Warning: unknown JFIF");

    private String first = "";

    private JpegDamage() {}

    /** Listens to a reader until its listeners are removed. */
    static JpegDamage heardFrom(ImageReader reader) {
        JpegDamage damage = new JpegDamage();
        reader.addIIOReadWarningListener(damage);
        return damage;
    }

    @Override
    public void warningOccurred(ImageReader source, String warning) {
        if (first.isEmpty() && WARNINGS.stream().anyMatch(warning::startsWith)) {
            first = warning;
        }
    }

    /** @throws IIOException if the reader reported damage, in its words */
    void requireNone() throws IIOException {
        if (!first.isEmpty()) {
            throw new IIOException(first);
        }
    }
}
