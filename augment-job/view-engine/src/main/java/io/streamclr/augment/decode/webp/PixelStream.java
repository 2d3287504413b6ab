package io.streamclr.augment.decode.webp;

import java.io.IOException;

/**
 * Pixels that are written in prefix codes: a literal, a copy of earlier ones, or one of the colour cache (RFC 9649,
 * section 3). The image itself is written so, and what belongs to its transforms and codes.
 */
final class PixelStream {

    private static final int MOST_CACHE_BITS = 11;
    private static final int HASH = 0x1E35A7BD;

    /** Distances that are written as places nearby: how far to the left, and how many rows above. */
    private static final int[] NEARBY = Numbers.of("""
            0 1  1 0  1 1  -1 1  0 2  2 0  1 2  -1 2  2 1  -2 1  2 2  -2 2  0 3  3 0  1 3  -1 3  3 1  -3 1  2 3
            -2 3  3 2  -3 2  0 4  4 0  1 4  -1 4  4 1  -4 1  3 3  -3 3  2 4  -2 4  4 2  -4 2  0 5  3 4  -3 4  4 3
            -4 3  5 0  1 5  -1 5  5 1  -5 1  2 5  -2 5  5 2  -5 2  4 4  -4 4  3 5  -3 5  5 3  -5 3  0 6  6 0  1 6
            -1 6  6 1  -6 1  2 6  -2 6  6 2  -6 2  4 5  -4 5  5 4  -5 4  3 6  -3 6  6 3  -6 3  0 7  7 0  1 7  -1 7
            5 5  -5 5  7 1  -7 1  4 6  -4 6  6 4  -6 4  2 7  -2 7  7 2  -7 2  3 7  -3 7  7 3  -7 3  5 6  -5 6  6 5
            -6 5  8 0  4 7  -4 7  7 4  -7 4  8 1  8 2  6 6  -6 6  8 3  5 7  -5 7  7 5  -7 5  8 4  6 7  -6 7  7 6
            -7 6  8 5  7 7  -7 7  8 6  8 7
            """);

    private final BitReader in;
    private final int width;
    private final int[] pixels;
    private final int[] cache;
    private final int cacheBits;

    /** How many pixels have been entered into the cache. */
    private int cached;

    private PixelStream(BitReader in, int width, int height, int cacheBits) {
        this.in = in;
        this.width = width;
        this.cacheBits = cacheBits;
        this.cache = new int[cacheBits == 0 ? 0 : 1 << cacheBits];
        this.pixels = new int[width * height];
    }

    /** Reads the image itself, each region of which may have codes of its own. */
    static int[] image(BitReader in, int width, int height) throws IOException {
        return read(in, width, height, true);
    }

    /** Reads what belongs to a transform, or says which region has which codes. */
    static int[] inner(BitReader in, int width, int height) throws IOException {
        return read(in, width, height, false);
    }

    private static int[] read(BitReader in, int width, int height, boolean regions) throws IOException {
        int cacheBits = 0;
        if (in.flag()) {
            cacheBits = in.number(4);
            if (cacheBits < 1 || cacheBits > MOST_CACHE_BITS) {
                throw new IOException(
                        "the WebP file has a colour cache of " + cacheBits + " bits, 1 to 11 are allowed");
            }
        }
        int sideBits = 0;
        int[] codesOf = new int[1];
        if (regions && in.flag()) {
            sideBits = 2 + in.number(3);
            codesOf = inner(in, blocks(width, sideBits), blocks(height, sideBits));
        }
        int most = 0;
        for (int i = 0; i < codesOf.length; i++) {
            codesOf[i] = codesOf[i] >> 8 & 0xffff;
            most = Math.max(most, codesOf[i]);
        }
        int places = cacheBits == 0 ? 0 : 1 << cacheBits;
        PrefixCodes[] codes = PrefixCodes.read(in, most + 1, places, width * height);
        PixelStream stream = new PixelStream(in, width, height, cacheBits);
        stream.read(codes, codesOf, sideBits);
        return stream.pixels;
    }

    /** How many blocks of a side of two to that power cover a length. */
    static int blocks(int length, int sideBits) {
        return (length + (1 << sideBits) - 1) >> sideBits;
    }

    private void read(PrefixCodes[] codes, int[] codesOf, int sideBits) throws IOException {
        int mask = sideBits == 0 ? -1 : (1 << sideBits) - 1;
        int perRow = sideBits == 0 ? 0 : blocks(width, sideBits);
        int at = 0;
        int x = 0;
        int y = 0;
        PrefixCodes now = codes[codesOf[0]];
        while (at < pixels.length) {
            if ((x & mask) == 0 && sideBits > 0) {
                now = codes[codesOf[(y >> sideBits) * perRow + (x >> sideBits)]];
            }
            in.fill();
            int symbol = now.green().read(in);
            int count = 1;
            if (symbol < PrefixCodes.COLOURS) {
                pixels[at] = literal(now, symbol);
            } else if (symbol < PrefixCodes.COLOURS + PrefixCodes.LENGTHS) {
                count = copy(now, symbol - PrefixCodes.COLOURS, at);
            } else {
                remember(at);
                pixels[at] = cache[symbol - PrefixCodes.COLOURS - PrefixCodes.LENGTHS];
            }
            at += count;
            x += count;
            if (x >= width) {
                y += x / width;
                x %= width;
                remember(at);
            }
            if (count > 1 && sideBits > 0 && at < pixels.length) {
                now = codes[codesOf[(y >> sideBits) * perRow + (x >> sideBits)]];
            }
        }
        in.requireNotPastEnd();
    }

    private int literal(PrefixCodes codes, int green) throws IOException {
        if (codes.plain()) {
            return codes.literal() | green << 8;
        }
        int red = codes.red().read(in);
        int blue = codes.blue().read(in);
        in.fill();
        return codes.alpha().read(in) << 24 | red << 16 | green << 8 | blue;
    }

    /** Copies earlier pixels; gives how many. */
    private int copy(PrefixCodes codes, int symbol, int at) throws IOException {
        int count = amount(symbol);
        in.fill();
        int written = amount(codes.distance().read(in));
        int distance = written - NEARBY.length / 2;
        if (distance <= 0) {
            int place = 2 * (written - 1);
            distance = Math.max(1, NEARBY[place] + NEARBY[place + 1] * width);
        }
        if (distance > at || count > pixels.length - at) {
            throw new IOException("the WebP file copies pixels that are not there");
        }
        if (distance >= count) {
            System.arraycopy(pixels, at - distance, pixels, at, count);
        } else {
            for (int i = at; i < at + count; i++) {
                pixels[i] = pixels[i - distance];
            }
        }
        return count;
    }

    /** A length or distance: a symbol for its first two bits and how many follow. */
    private int amount(int symbol) {
        if (symbol < 4) {
            return symbol + 1;
        }
        int more = (symbol - 2) >> 1;
        return ((2 + (symbol & 1)) << more) + in.take(more) + 1;
    }

    /** Enters all pixels up to a place into the colour cache. */
    private void remember(int to) {
        if (cacheBits == 0) {
            return;
        }
        for (; cached < to; cached++) {
            cache[(pixels[cached] * HASH) >>> (32 - cacheBits)] = pixels[cached];
        }
    }
}
