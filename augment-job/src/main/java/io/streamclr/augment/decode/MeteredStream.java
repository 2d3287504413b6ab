package io.streamclr.augment.decode;

import java.io.IOException;
import javax.imageio.stream.ImageInputStreamImpl;

/**
 * The bytes of one file, which may be read only so often. Readers go back and forth, some bytes are read twice and more;
 * but a file that sends a reader over the same bytes again and again, or past its end without end, runs out of readings
 * and so comes to an end itself. Counted and not timed, so that the outcome is the same on every machine.
 */
final class MeteredStream extends ImageInputStreamImpl {

    /**
     * How often all bytes may be read, on average. Most readers take each byte once; some look ahead, or go back.
     */
    private static final int READINGS = 16;

    /** Bytes that even the smallest file may ask for: each reader looks at its beginning. */
    private static final int LEAST = 1 << 16;

    private final byte[] file;
    private long left;

    MeteredStream(byte[] file) {
        this.file = file;
        this.left = LEAST + (long) READINGS * file.length;
    }

    @Override
    public int read() throws IOException {
        spend(1);
        bitOffset = 0;
        return streamPos < file.length ? file[(int) streamPos++] & 0xff : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int wanted) throws IOException {
        int given = (int) Math.max(0, Math.min(file.length - streamPos, wanted));
        spend(1 + given);
        bitOffset = 0;
        if (given == 0) {
            return wanted == 0 ? 0 : -1;
        }
        System.arraycopy(file, (int) streamPos, buffer, offset, given);
        streamPos += given;
        return given;
    }

    private void spend(int bytes) throws IOException {
        left -= bytes;
        if (left < 0) {
            throw new IOException("the file makes its reader go over the same bytes again and again");
        }
    }

    @Override
    public long length() {
        return file.length;
    }
}
