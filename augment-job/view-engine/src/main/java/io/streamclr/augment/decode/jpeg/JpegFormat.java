package io.streamclr.augment.decode.jpeg;

import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;

/** JPEG files, decoded in Java alone. */
public final class JpegFormat implements ImageFormat {

    private final boolean keepsCut;

    private JpegFormat(boolean keepsCut) {
        this.keepsCut = keepsCut;
    }

    /** Refuses files whose data end before their last row does. */
    public static JpegFormat refusingCut() {
        return new JpegFormat(false);
    }

    /**
     * Shows what is there of a file that was cut off after its header: below it grey, or what earlier scans showed.
     * These are the pixels of libjpeg-turbo 2.1, as Pillow shows them with {@code LOAD_TRUNCATED_IMAGES}.
     */
    public static JpegFormat keepingCut() {
        return new JpegFormat(true);
    }

    @Override
    public boolean knows(byte[] file) {
        return file.length > 3 && file[0] == (byte) 0xFF && file[1] == (byte) 0xD8 && file[2] == (byte) 0xFF;
    }

    @Override
    public OpenedImage open(byte[] file) throws IOException {
        return OpenedJpeg.of(file, keepsCut);
    }
}
