package io.streamclr.augment.decode.tga;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The 18 bytes that a TGA file begins with (Truevision TGA File Format Specification 2.0).
 *
 * @param idBytes that stand between the header and the palette
 * @param hasPalette 0 or 1
 * @param kind 1 palette, 2 colours, 3 grey; 8 more in runs
 * @param firstColour index of the first colour of the palette
 * @param colours in the palette
 * @param colourBits of a colour of the palette
 * @param bits of a pixel
 * @param descriptor bits 0 to 3 say how many bits are alpha, 4 and 5 in which corner the first pixel is
 */
record TgaHeader(
        int idBytes,
        int hasPalette,
        int kind,
        int firstColour,
        int colours,
        int colourBits,
        int width,
        int height,
        int bits,
        int descriptor) {

    static final int BYTES = 18;

    private static final byte[] MARK = "TRUEVISION-XFILE.\0".getBytes(StandardCharsets.US_ASCII);

    private static final int PALETTE = 1;
    private static final int GREY = 3;
    private static final int RUNS = 8;

    /** @param file of as many bytes as a header has, or more */
    static TgaHeader of(byte[] file) {
        return new TgaHeader(
                file[0] & 0xff,
                file[1] & 0xff,
                file[2] & 0xff,
                word(file, 3),
                word(file, 5),
                file[7] & 0xff,
                word(file, 12),
                word(file, 14),
                file[16] & 0xff,
                file[17] & 0xff);
    }

    private static int word(byte[] file, int at) {
        return (file[at] & 0xff) | ((file[at + 1] & 0xff) << 8);
    }

    /** Files of version 2 say at their end what they are. */
    static boolean endsWithMark(byte[] file) {
        return file.length >= BYTES + MARK.length
                && Arrays.equals(file, file.length - MARK.length, file.length, MARK, 0, MARK.length);
    }

    /**
     * Whether all of this makes sense together.
     *
     * @param marked whether the file's end says so too: then what does not matter may hold anything
     */
    boolean plausible(boolean marked) {
        boolean known = (kind & ~RUNS) >= PALETTE && (kind & ~RUNS) <= GREY;
        boolean depth = palette() ? bits == 8 : grey() ? bits == 8 || bits == 16 : isColour(bits);
        boolean colourMap = hasPalette == 1
                ? isColour(colourBits) && colours > 0
                : !palette() && hasPalette == 0 && (marked || (firstColour | colours | colourBits) == 0);
        int alpha = descriptor & 15;
        boolean alphaFits =
                alpha <= 1 ? alpha == 0 || bits == 16 : alpha == 8 && (bits == 32 || (bits == 16 && grey()));
        return known && depth && colourMap && (marked || alphaFits) && descriptor < 64 && width > 0 && height > 0;
    }

    private static boolean isColour(int bits) {
        return bits == 15 || bits == 16 || bits == 24 || bits == 32;
    }

    boolean palette() {
        return (kind & ~RUNS) == PALETTE;
    }

    boolean grey() {
        return (kind & ~RUNS) == GREY;
    }

    boolean runs() {
        return kind >= RUNS;
    }

    boolean fromRight() {
        return (descriptor & 0x10) != 0;
    }

    boolean fromBelow() {
        return (descriptor & 0x20) == 0;
    }

    int pixelBytes() {
        return (bits + 7) / 8;
    }

    int colourBytes() {
        return (colourBits + 7) / 8;
    }

    /** Where the palette begins. */
    int paletteAt() {
        return BYTES + idBytes;
    }

    /** Where the pixels begin. */
    int pixelsAt() {
        return paletteAt() + hasPalette * colours * colourBytes();
    }
}
