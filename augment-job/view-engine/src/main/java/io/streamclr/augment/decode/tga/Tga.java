package io.streamclr.augment.decode.tga;

import io.streamclr.augment.decode.format.ImageFormat;
import io.streamclr.augment.decode.format.OpenedImage;
import java.io.IOException;

/**
 * Truevision TGA: grey, colours and palettes, plain and in runs, from each of the four corners. Such a file begins with no
 * mark, so every field of its header must make sense.
 */
public final class Tga implements ImageFormat {

    @Override
    public boolean knows(byte[] file) {
        return file.length >= TgaHeader.BYTES && TgaHeader.of(file).plausible(TgaHeader.endsWithMark(file));
    }

    @Override
    public OpenedImage open(byte[] file) throws IOException {
        return new TgaImage(file, TgaHeader.of(file));
    }
}
