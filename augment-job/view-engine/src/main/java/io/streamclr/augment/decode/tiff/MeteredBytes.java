package io.streamclr.augment.decode.tiff;

import io.streamclr.augment.decode.format.Readings;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Packed bytes, each of which counts when it is read. */
final class MeteredBytes extends FilterInputStream {

    private final Readings readings;

    MeteredBytes(InputStream packed, Readings readings) {
        super(packed);
        this.readings = readings;
    }

    @Override
    public int read() throws IOException {
        readings.spend(1);
        return in.read();
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
        int given = in.read(to, offset, length);
        readings.spend(Math.max(0, given));
        return given;
    }
}
