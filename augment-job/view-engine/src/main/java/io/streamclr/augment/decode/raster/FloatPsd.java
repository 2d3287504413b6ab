package io.streamclr.augment.decode.raster;

import io.streamclr.augment.decode.format.OpenedImage;
import io.streamclr.augment.decode.format.White;
import io.streamclr.augment.decode.packed.PackBits;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** The merged image of a PSD file: 0 shows black, 1 and more white; a single channel beside the colours is alpha. */
final class FloatPsd implements OpenedImage {

    private final ByteBuffer psd;
    private final int at;
    private final boolean packed;
    private final boolean large;
    private final int channels;
    private final int colours;

    FloatPsd(ByteBuffer psd, int at, boolean packed, boolean large, int channels, int colours) {
        this.psd = psd;
        this.at = at;
        this.packed = packed;
        this.large = large;
        this.channels = channels;
        this.colours = colours;
    }

    @Override
    public int width() {
        return psd.getInt(18);
    }

    @Override
    public int height() {
        return psd.getInt(14);
    }

    private int kept() {
        return channels == colours + 1 ? channels : colours;
    }

    @Override
    public int bitsPerPixel() {
        return 24 + 8 * kept();
    }

    @Override
    public byte[] rgb() throws IOException {
        int kept = kept();
        int pixels = width() * height();
        requirePixels((long) kept * height());
        byte[] levels = new byte[Math.multiplyExact(kept, pixels)];
        byte[] row = new byte[4 * width()];
        long from = at + (packed ? (large ? 4L : 2L) * channels * height() : 0);
        for (int i = 0; i < kept * height(); i++) {
            long length = packed ? packedLength(i) : row.length;
            if (from + length > psd.limit()) {
                throw new EOFException("the PSD file ends before its pixels do");
            }
            read((int) from, (int) length, row);
            int to = i % height() * width() * kept + i / height();
            for (int x = 0; x < width(); x++) {
                levels[to + x * kept] =
                        (byte) FloatLevel.of(ByteBuffer.wrap(row).getFloat(4 * x));
            }
            from += length;
        }
        byte[] rgb = new byte[3 * pixels];
        for (int i = 0; i < rgb.length; i++) {
            int pixel = i / 3 * kept;
            int opacity = kept > colours ? levels[pixel + colours] & 0xff : 255;
            rgb[i] = (byte) White.under(levels[pixel + (colours == 1 ? 0 : i % 3)] & 0xff, opacity);
        }
        return rgb;
    }

    /** Two bytes stand for 128 at most. */
    private void requirePixels(long rows) throws IOException {
        long least = packed ? (width() + 31L) / 32 * 2 : 4L * width();
        if (at + rows * least > psd.limit()) {
            throw new EOFException("the PSD file ends before its pixels do");
        }
    }

    private long packedLength(int row) throws IOException {
        int place = at + row * (large ? 4 : 2);
        if (place + 4 > psd.limit()) {
            throw new EOFException("the PSD file ends before its pixels do");
        }
        return large ? Integer.toUnsignedLong(psd.getInt(place)) : psd.getShort(place) & 0xffff;
    }

    private void read(int from, int length, byte[] row) throws IOException {
        InputStream bytes = new ByteArrayInputStream(psd.array(), from, length);
        try (InputStream content = packed ? new PackBits(bytes) : bytes) {
            if (content.readNBytes(row, 0, row.length) < row.length) {
                throw new EOFException("the PSD file has a row that is too short");
            }
        }
    }
}
