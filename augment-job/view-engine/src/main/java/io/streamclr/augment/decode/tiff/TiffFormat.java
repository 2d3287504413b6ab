package io.streamclr.augment.decode.tiff;

import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;
import java.nio.ByteBuffer;

/** TIFF 6.0 and BigTIFF: every form but those that {@link #knows} leaves to another reader. */
public final class TiffFormat implements ImageFormat {

    private static final int SHORTEST = 16;
    private static final int ICC_PROFILE = 34675;

    @Override
    public boolean knows(byte[] file) {
        ByteBuffer content = ByteBuffer.wrap(file);
        if (file.length < SHORTEST || !TiffDirectory.starts(content)) {
            return false;
        }
        TiffDirectory directory = TiffDirectory.of(content);
        if (!directory.isNumber(Layout.WIDTH) || !directory.isNumber(Layout.HEIGHT)) {
            return false;
        }
        return !Compression.isImage(directory) && !needsProfile(directory);
    }

    /** Ink is turned to light by the file's own profile where it has one. */
    private static boolean needsProfile(TiffDirectory directory) {
        return Photometric.of(directory) == Photometric.CMYK && directory.has(ICC_PROFILE);
    }

    @Override
    public OpenedImage open(byte[] file) throws IOException {
        TiffDirectory directory = TiffDirectory.of(ByteBuffer.wrap(file));
        return new TiffImage(file, directory, Layout.of(directory));
    }
}
