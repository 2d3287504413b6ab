package io.streamclr.augment.decode.webp;

import java.io.IOException;
import java.util.Arrays;

/**
 * A prefix code (RFC 9649, section 3): symbols by a table of up to eight bits, and further tables for those with
 * more.
 */
final class PrefixCode {

    static final int MOST_BITS = 15;

    /** Entries that the objects around a table take as much memory as. */
    static final int OBJECTS = 48;

    private static final int FIRST_BITS = 8;
    private static final int LENGTH_BITS = 4;
    private static final int LENGTH = (1 << LENGTH_BITS) - 1;

    /**
     * A symbol and its number of bits; or, in the first table, where a further one begins, and the most bits of what it
     * holds.
     */
    private final char[] table;

    private final int firstBits;

    private PrefixCode(char[] table, int firstBits) {
        this.table = table;
        this.firstBits = firstBits;
    }

    /**
     * The canonical code in which each symbol has so many bits; 0 for those that are not used.
     *
     * @param size how many of the lengths count
     * @throws IOException if they are not those of a code
     */
    static PrefixCode of(int[] lengths, int size) throws IOException {
        int[] counts = new int[MOST_BITS + 1];
        int last = 0;
        for (int symbol = 0; symbol < size; symbol++) {
            counts[lengths[symbol]]++;
            last = lengths[symbol] > 0 ? symbol : last;
        }
        int used = size - counts[0];
        if (used == 1) {
            return new PrefixCode(new char[] {(char) (last << LENGTH_BITS)}, 0);
        }
        int[] codes = firstCodes(counts);
        int most = MOST_BITS;
        while (most > 1 && counts[most] == 0) {
            most--;
        }
        int firstBits = Math.min(FIRST_BITS, most);
        char[] table = tables(lengths, size, codes.clone(), firstBits);
        for (int symbol = 0; symbol < size; symbol++) {
            int length = lengths[symbol];
            if (length > 0) {
                enter(table, firstBits, symbol, length, reversed(codes[length]++, length));
            }
        }
        return new PrefixCode(table, firstBits);
    }

    /** The first code of each length; refuses lengths that leave codes over, or want more than there are. */
    private static int[] firstCodes(int[] counts) throws IOException {
        int[] codes = new int[MOST_BITS + 1];
        int left = 1;
        int code = 0;
        for (int length = 1; length <= MOST_BITS; length++) {
            left = 2 * left - counts[length];
            if (left < 0) {
                break;
            }
            codes[length] = code;
            code = (code + counts[length]) << 1;
        }
        if (left != 0) {
            throw new IOException("the WebP file has a prefix code that is none");
        }
        return codes;
    }

    /** Tables of the right sizes; in the first are the places of the others. */
    private static char[] tables(int[] lengths, int size, int[] codes, int firstBits) {
        int[] longest = new int[1 << firstBits];
        for (int symbol = 0; symbol < size; symbol++) {
            int length = lengths[symbol];
            if (length > 0) {
                int code = reversed(codes[length]++, length);
                if (length > firstBits) {
                    int first = code & (1 << firstBits) - 1;
                    longest[first] = Math.max(longest[first], length);
                }
            }
        }
        int entries = 1 << firstBits;
        char[] heads = new char[1 << firstBits];
        for (int first = 0; first < longest.length; first++) {
            if (longest[first] > 0) {
                heads[first] = (char) (entries << LENGTH_BITS | longest[first]);
                entries += 1 << (longest[first] - firstBits);
            }
        }
        return Arrays.copyOf(heads, entries);
    }

    private static void enter(char[] table, int firstBits, int symbol, int length, int code) {
        int from = code;
        int step = 1 << length;
        int to = 1 << firstBits;
        if (length > firstBits) {
            int head = table[code & to - 1];
            int further = head >> LENGTH_BITS;
            from = further + (code >> firstBits);
            step = 1 << (length - firstBits);
            to = further + (1 << ((head & LENGTH) - firstBits));
        }
        for (int i = from; i < to; i += step) {
            table[i] = (char) (symbol << LENGTH_BITS | length);
        }
    }

    private static int reversed(int code, int length) {
        return Integer.reverse(code) >>> (32 - length);
    }

    int entries() {
        return table.length;
    }

    /** Whether it has one symbol alone, which takes no bits. */
    boolean fixed() {
        return firstBits == 0;
    }

    /** The next symbol; {@link BitReader#fill} comes first. */
    int read(BitReader in) {
        int ahead = in.ahead();
        int entry = table[ahead & (1 << firstBits) - 1];
        int length = entry & LENGTH;
        if (length > firstBits) {
            entry = table[(entry >> LENGTH_BITS) + (ahead >>> firstBits & (1 << (length - firstBits)) - 1)];
            length = entry & LENGTH;
        }
        in.skip(length);
        return entry >> LENGTH_BITS;
    }
}
