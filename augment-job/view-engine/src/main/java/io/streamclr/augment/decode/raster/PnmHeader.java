package io.streamclr.augment.decode.raster;

import java.io.IOException;
import java.util.Locale;
import javax.imageio.IIOException;

/**
 * What a PNM file says of its samples.
 *
 * @param width in pixels, as the file says
 * @param height in pixels, as the file says
 * @param depth samples of a pixel
 * @param colours 1 (grey), 3 (red, green, blue) or 4 (inks)
 * @param alpha whether the sample after the colours says how opaque a pixel is
 * @param greatest the number that is white; 0 for floating ones, of which 1 is
 * @param form how a sample is written
 */
record PnmHeader(int width, int height, int depth, int colours, boolean alpha, int greatest, Form form) {

    enum Form {
        WORDS,
        BIT_WORDS,
        BITS,
        BYTES,
        BIG_ENDIAN_FLOATS,
        LITTLE_ENDIAN_FLOATS
    }

    private static final int MOST_DEPTH = 256;
    private static final int GREATEST = 65_535;

    /** @param kind 1 to 6, as the first bytes say */
    static PnmHeader ofPnm(PnmWords words, int kind) throws IOException {
        int width = words.number();
        int height = words.number();
        boolean bits = kind == 1 || kind == 4;
        int greatest = bits ? 1 : greatest(words.number());
        int depth = kind % 3 == 0 ? 3 : 1;
        Form form = kind == 1 ? Form.BIT_WORDS : kind == 4 ? Form.BITS : kind < 4 ? Form.WORDS : Form.BYTES;
        words.endHeader();
        return new PnmHeader(width, height, depth, depth, false, greatest, form);
    }

    static PnmHeader ofFloating(PnmWords words, int depth) throws IOException {
        int width = words.number();
        int height = words.number();
        // Its size is a unit that viewers pass over.
        boolean little = words.word().startsWith("-");
        Form form = little ? Form.LITTLE_ENDIAN_FLOATS : Form.BIG_ENDIAN_FLOATS;
        words.endHeader();
        return new PnmHeader(width, height, depth, depth, false, 0, form);
    }

    static PnmHeader ofPam(PnmWords words) throws IOException {
        int width = 0;
        int height = 0;
        int depth = 0;
        int greatest = 0;
        String type = "";
        for (String word = words.word(); !word.equals("ENDHDR"); word = words.word()) {
            switch (word) {
                case "WIDTH" -> width = words.number();
                case "HEIGHT" -> height = words.number();
                case "DEPTH" -> depth = words.number();
                case "MAXVAL" -> greatest = words.number();
                case "TUPLTYPE" -> type = words.word().toUpperCase(Locale.ROOT);
                default -> throw new IOException("the PAM file has the unknown line " + word);
            }
        }
        words.skipLine();
        words.endHeader();
        if (depth < 1) {
            throw new IOException("the PAM file has pixels without samples");
        }
        if (depth > MOST_DEPTH) {
            throw new IIOException("PAM of more than " + MOST_DEPTH + " samples a pixel is not supported");
        }
        boolean typed = !type.isEmpty();
        boolean alpha = typed ? type.endsWith("_ALPHA") : depth % 2 == 0;
        int left = alpha ? depth - 1 : depth;
        int colours = type.startsWith("CMYK") ? 4 : left >= 3 ? 3 : 1;
        if (colours > left) {
            throw new IOException("the PAM file has " + depth + " samples a pixel, but its colours need more");
        }
        return new PnmHeader(width, height, depth, colours, alpha, greatest(greatest), Form.BYTES);
    }

    private static int greatest(int value) throws IOException {
        if (value < 1 || value > GREATEST) {
            throw new IOException(
                    "the PNM file has " + value + " for its greatest value, but it is from 1 to " + GREATEST);
        }
        return value;
    }

    /** Of a row, where samples lie as bytes. */
    long rowBytes() {
        return switch (form) {
            case BITS -> (width + 7L) / 8;
            case BYTES -> (long) width * depth * (greatest > 255 ? 2 : 1);
            case BIG_ENDIAN_FLOATS, LITTLE_ENDIAN_FLOATS -> 4L * width * depth;
            // A word has a byte and a space; those of bits have the byte.
            case WORDS -> 2L * width * depth - 1;
            case BIT_WORDS -> width;
        };
    }
}
