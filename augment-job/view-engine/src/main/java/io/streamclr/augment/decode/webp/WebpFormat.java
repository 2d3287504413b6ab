package io.streamclr.augment.decode.webp;

import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/** WebP files. */
public final class WebpFormat implements ImageFormat {

    private static final byte[] RIFF = "RIFF".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] WEBP = "WEBP".getBytes(StandardCharsets.US_ASCII);

    private final ToIntFunction<byte[]> orientation;

    /** @param orientation finds the EXIF orientation of a file, 1 to 8 */
    public WebpFormat(ToIntFunction<byte[]> orientation) {
        this.orientation = orientation;
    }

    @Override
    public boolean knows(byte[] file) {
        return file.length >= WebpFile.HEAD
                && Arrays.equals(file, 0, 4, RIFF, 0, 4)
                && Arrays.equals(file, 8, 12, WEBP, 0, 4);
    }

    @Override
    public OpenedImage open(byte[] file) throws IOException {
        return WebpFile.of(file, orientation.applyAsInt(file));
    }
}
