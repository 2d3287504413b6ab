package io.streamclr.augment.decode.raster;

import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** BMP files whose indices lie in runs (RLE8, RLE4): with jumps, lines that end early, and colours that are left out. */
public final class RunLengthBmpFormat implements ImageFormat {

    private static final int FILE_HEAD = 14;
    private static final int INFO_HEAD = 40;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;

    @Override
    public boolean knows(byte[] file) {
        if (file.length < FILE_HEAD + INFO_HEAD || file[0] != 'B' || file[1] != 'M') {
            return false;
        }
        ByteBuffer bmp = littleEndian(file);
        int bits = bmp.getShort(28);
        int compression = bmp.getInt(30);
        return bmp.getInt(14) >= INFO_HEAD
                && ((compression == RLE8 && bits == 8) || (compression == RLE4 && bits == 4));
    }

    private static ByteBuffer littleEndian(byte[] file) {
        return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public OpenedImage open(byte[] file) throws IOException {
        ByteBuffer bmp = littleEndian(file);
        long pixels = Integer.toUnsignedLong(bmp.getInt(10));
        long palette = FILE_HEAD + Integer.toUnsignedLong(bmp.getInt(14));
        if (pixels >= file.length || palette > pixels) {
            throw new IOException("the BMP file ends before its pixels begin");
        }
        int bits = bmp.getShort(28);
        long stated = Integer.toUnsignedLong(bmp.getInt(46));
        long colours = Math.min(stated == 0 ? 1 << bits : stated, Math.min(1 << bits, (pixels - palette) / 4));
        byte[] rgb = new byte[3 << bits];
        for (int i = 0; i < colours; i++) {
            int at = (int) palette + 4 * i;
            rgb[3 * i] = file[at + 2];
            rgb[3 * i + 1] = file[at + 1];
            rgb[3 * i + 2] = file[at];
        }
        return new RunLengthBmp(file, (int) pixels, bits, bmp.getInt(18), bmp.getInt(22), rgb);
    }
}
