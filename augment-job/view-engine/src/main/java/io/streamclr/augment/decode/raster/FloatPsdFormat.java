package io.streamclr.augment.decode.raster;

import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import javax.imageio.IIOException;

/** PSD and PSB files of 32 bits a sample, which are floating numbers: their merged image, grey or RGB. */
public final class FloatPsdFormat implements ImageFormat {

    private static final int MAGIC = 0x38425053;
    private static final int HEAD = 26;
    private static final int GREY = 1;
    private static final int RGB = 3;

    @Override
    public boolean knows(byte[] file) {
        ByteBuffer psd = ByteBuffer.wrap(file);
        return file.length >= HEAD && psd.getInt(0) == MAGIC && psd.getShort(22) == 32;
    }

    @Override
    public OpenedImage open(byte[] file) throws IOException {
        ByteBuffer psd = ByteBuffer.wrap(file);
        boolean large = psd.getShort(4) == 2;
        int channels = psd.getShort(12) & 0xffff;
        int mode = psd.getShort(24);
        if (mode != GREY && mode != RGB) {
            throw new IIOException("PSD of 32 bits in colour mode " + mode + " is not supported");
        }
        int colours = mode == GREY ? 1 : 3;
        if (channels < colours) {
            throw new IOException("the PSD file has " + channels + " channels, but its colours need " + colours);
        }
        long at = endOfSection(psd, HEAD, false);
        at = endOfSection(psd, at, false);
        at = endOfSection(psd, at, large);
        if (at + 2 > file.length) {
            throw new IOException("the PSD file ends before its merged image begins");
        }
        int compression = psd.getShort((int) at);
        if (compression != 0 && compression != 1) {
            throw new IIOException("PSD of 32 bits with compression " + compression + " is not supported");
        }
        return new FloatPsd(psd, (int) at + 2, compression == 1, large, channels, colours);
    }

    /** Where a section ends that begins with its length. */
    private static long endOfSection(ByteBuffer psd, long at, boolean large) throws IOException {
        int head = large ? 8 : 4;
        if (at + head > psd.limit()) {
            throw new IOException("the PSD file ends within its header");
        }
        long length = large ? psd.getLong((int) at) : Integer.toUnsignedLong(psd.getInt((int) at));
        if (length < 0 || length > psd.limit() - at - head) {
            throw new IOException("the PSD file ends before its merged image begins");
        }
        return at + head + length;
    }
}
