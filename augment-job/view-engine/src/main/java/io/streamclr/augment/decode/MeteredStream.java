package io.streamclr.augment.decode;

import io.streamclr.augment.decode.format.Readings;
import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The bytes of one file, which may be read only so often: one that sends a reader over the same bytes again and again, or
 * past its end without end, comes to an end itself.
 */
final class MeteredStream extends ImageInputStreamImpl {

    /** Most readers take each byte once; that of JPEG in TIFF takes it three times. */
    private static final int READINGS = 6;

    private final byte[] file;
    private final Readings readings;

    MeteredStream(byte[] file) {
        this.file = file;
        this.readings = Readings.of(file.length, READINGS);
    }

    @Override
    public int read() throws IOException {
        readings.spend(1);
        bitOffset = 0;
        return streamPos < file.length ? file[(int) streamPos++] & 0xff : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int wanted) throws IOException {
        int given = (int) Math.max(0, Math.min(file.length - streamPos, wanted));
        readings.spend(1 + given);
        bitOffset = 0;
        if (given == 0) {
            return wanted == 0 ? 0 : -1;
        }
        System.arraycopy(file, (int) streamPos, buffer, offset, given);
        streamPos += given;
        return given;
    }

    @Override
    public long length() {
        return file.length;
    }
}
