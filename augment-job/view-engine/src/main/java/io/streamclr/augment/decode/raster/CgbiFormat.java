package io.streamclr.augment.decode.raster;

import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.format.OpenedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import javax.imageio.IIOException;

/**
 * PNG files that Xcode has made for Apple's devices: a first chunk CgBI, rows without zlib's head and sum, blue before red,
 * and colours multiplied by their opacity.
 */
public final class CgbiFormat implements ImageFormat {

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};
    private static final int CGBI = 0x43674249;
    private static final int HEADER = 0x49484452;
    private static final int DATA = 0x49444154;
    private static final int AROUND = 12;

    @Override
    public boolean knows(byte[] file) {
        return file.length > 16
                && Arrays.equals(file, 0, 8, SIGNATURE, 0, 8)
                && ByteBuffer.wrap(file).getInt(12) == CGBI;
    }

    @Override
    public OpenedImage open(byte[] file) throws IOException {
        ByteBuffer png = ByteBuffer.wrap(file);
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        int header = -1;
        long length;
        for (long at = SIGNATURE.length; at + 8 <= file.length; at += AROUND + length) {
            int chunk = (int) at;
            length = Integer.toUnsignedLong(png.getInt(chunk));
            int kind = png.getInt(chunk + 4);
            if (kind == HEADER && header < 0 && at + 8 + 13 <= file.length) {
                header = chunk + 8;
            } else if (kind == DATA) {
                rows.write(file, chunk + 8, (int) Math.min(length, file.length - at - 8));
            }
        }
        if (header < 0) {
            throw new IOException("the PNG file has no header");
        }
        int bits = file[header + 8];
        int type = file[header + 9];
        int interlace = file[header + 12];
        if (bits != 8 || (type != 0 && type != 2 && type != 4 && type != 6) || interlace < 0 || interlace > 1) {
            throw new IIOException("Apple's PNG of " + bits + " bits and colour type " + type + " is not supported");
        }
        return new Cgbi(
                png.getInt(header), png.getInt(header + 4), (type & 2) != 0, (type & 4) != 0, interlace == 1, rows);
    }
}
