package io.streamclr.augment.decode.webp;

import java.io.IOException;
import java.util.Arrays;

/**
 * The five codes that a region of a lossless image is written in (RFC 9649, section 3).
 *
 * @param green also of lengths of copies, and of places in the colour cache
 * @param distance of copies
 * @param literal red, blue and alpha, if those take no bits
 * @param plain whether they take none
 */
record PrefixCodes(
        PrefixCode green,
        PrefixCode red,
        PrefixCode blue,
        PrefixCode alpha,
        PrefixCode distance,
        int literal,
        boolean plain) {

    static final int COLOURS = 256;
    static final int LENGTHS = 24;
    private static final int DISTANCES = 40;

    /** The order in which the lengths of the code of lengths are written. */
    private static final int[] ORDER = {17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

    private static final int REPEAT = 16;
    private static final int USUAL_LENGTH = 8;

    /**
     * Entries that the tables of a small image may have; as many as encoders need, and far fewer than can be claimed.
     */
    private static final int ENTRIES = 8 << 20;

    /**
     * Reads the codes of all regions.
     *
     * @param cache how many places the colour cache has
     * @param pixels of the image, which bound what is kept for them
     */
    static PrefixCodes[] read(BitReader in, int count, int cache, int pixels) throws IOException {
        int[] lengths = new int[COLOURS + LENGTHS + cache];
        int left = ENTRIES + pixels / 2;
        PrefixCodes[] all = new PrefixCodes[count];
        for (int i = 0; i < count; i++) {
            PrefixCode green = readOne(in, lengths, lengths.length);
            PrefixCode red = readOne(in, lengths, COLOURS);
            PrefixCode blue = readOne(in, lengths, COLOURS);
            PrefixCode alpha = readOne(in, lengths, COLOURS);
            PrefixCode distance = readOne(in, lengths, DISTANCES);
            for (PrefixCode code : new PrefixCode[] {green, red, blue, alpha, distance}) {
                left -= code.entries() + PrefixCode.OBJECTS;
            }
            if (left < 0) {
                throw new IOException("the WebP file claims more prefix codes than its pixels can need");
            }
            boolean plain = red.fixed() && blue.fixed() && alpha.fixed();
            int literal = plain ? alpha.read(in) << 24 | red.read(in) << 16 | blue.read(in) : 0;
            all[i] = new PrefixCodes(green, red, blue, alpha, distance, literal, plain);
        }
        return all;
    }

    private static PrefixCode readOne(BitReader in, int[] lengths, int size) throws IOException {
        Arrays.fill(lengths, 0, size, 0);
        if (in.flag()) {
            boolean two = in.flag();
            name(lengths, size, in.number(in.flag() ? 8 : 1));
            if (two) {
                name(lengths, size, in.number(8));
            }
        } else {
            readLengths(in, lengths, size);
        }
        in.requireNotPastEnd();
        return PrefixCode.of(lengths, size);
    }

    private static void name(int[] lengths, int size, int symbol) throws IOException {
        if (symbol >= size) {
            throw new IOException("the WebP file has a prefix code of a symbol that is none");
        }
        lengths[symbol] = 1;
    }

    private static void readLengths(BitReader in, int[] lengths, int size) throws IOException {
        int[] ofLengths = new int[ORDER.length];
        int given = 4 + in.number(4);
        for (int i = 0; i < given; i++) {
            ofLengths[ORDER[i]] = in.number(3);
        }
        PrefixCode code = PrefixCode.of(ofLengths, ofLengths.length);
        int most = in.flag() ? 2 + in.number(2 + 2 * in.number(3)) : size;
        if (most > size) {
            throw new IOException("the WebP file has a prefix code of more symbols than there are");
        }
        int before = USUAL_LENGTH;
        int symbol = 0;
        for (int i = 0; i < most && symbol < size; i++) {
            in.fill();
            int length = code.read(in);
            if (length < REPEAT) {
                lengths[symbol++] = length;
                before = length > 0 ? length : before;
            } else {
                int times = length == REPEAT ? 3 + in.take(2) : length == REPEAT + 1 ? 3 + in.take(3) : 11 + in.take(7);
                if (symbol + times > size) {
                    throw new IOException("the WebP file has a prefix code of more symbols than there are");
                }
                Arrays.fill(lengths, symbol, symbol + times, length == REPEAT ? before : 0);
                symbol += times;
            }
        }
    }
}
