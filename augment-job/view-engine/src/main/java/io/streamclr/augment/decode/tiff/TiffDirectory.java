package io.streamclr.augment.decode.tiff;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The first directory of a TIFF file, BigTIFF file or EXIF segment: numbers under tags (TIFF 6.0, section 2). */
public final class TiffDirectory {

    private static final int BIG = 43;
    private static final short ASCII = 2;
    private static final short RATIONAL = 5;
    private static final int LONGEST_TEXT = 64;

    private final ByteBuffer file;
    private final boolean big;
    private final Map<Integer, Integer> entries = new HashMap<>();
    private boolean ambiguous;

    private TiffDirectory(ByteBuffer file) {
        this.file = file.duplicate().order(file.getShort(0) == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        this.big = this.file.getShort(2) == BIG;
    }

    /** Whether a file of 8 bytes or more begins like one. */
    public static boolean starts(ByteBuffer file) {
        short byteOrder = file.getShort(0);
        return byteOrder == 0x4949 || byteOrder == 0x4D4D;
    }

    /** Reads what {@link #starts} like one; what does not lie in the file is left out. */
    public static TiffDirectory of(ByteBuffer file) {
        TiffDirectory directory = new TiffDirectory(file);
        directory.read();
        return directory;
    }

    private void read() {
        if (big && file.limit() < 16) {
            return;
        }
        long at = big ? file.getLong(8) : file.getInt(4) & 0xffffffffL;
        int head = big ? 8 : 2;
        if (at < 0 || at > file.limit() - head) {
            return;
        }
        long count = big ? file.getLong((int) at) : file.getShort((int) at) & 0xffff;
        long entry = at + head;
        for (long i = 0; i < count && entry + width() <= file.limit(); i++, entry += width()) {
            int tag = file.getShort((int) entry) & 0xffff;
            ambiguous |= entries.putIfAbsent(tag, (int) entry) != null;
        }
    }

    private int width() {
        return big ? 20 : 12;
    }

    /** Whether a tag stands twice, so that another reader may see another value. */
    public boolean ambiguous() {
        return ambiguous;
    }

    /** Whether the tag is there with whole numbers; 64-bit ones count as whole. */
    public boolean isNumber(int tag) {
        return size(tag) > 0;
    }

    /** Whether the tag is there, with whatever values. */
    public boolean has(int tag) {
        return entries.containsKey(tag);
    }

    /** The first number under a tag, unsigned; the given one if there is none. */
    public long number(int tag, long otherwise) {
        return count(tag) > 0 ? number(tag, 0, otherwise) : otherwise;
    }

    /** How many numbers the tag claims to have. */
    public long count(int tag) {
        if (!isNumber(tag)) {
            return 0;
        }
        int at = entries.get(tag) + 4;
        return big ? file.getLong(at) : file.getInt(at) & 0xffffffffL;
    }

    /** The number at an index under a tag, unsigned; the given one if it does not lie in the file. */
    public long number(int tag, long index, long otherwise) {
        int size = size(tag);
        if (size == 0) {
            return otherwise;
        }
        int slot = entries.get(tag) + (big ? 12 : 8);
        boolean within = count(tag) <= (big ? 8 : 4) / size;
        long start = within ? slot : big ? file.getLong(slot) : file.getInt(slot) & 0xffffffffL;
        long at = start + index * size;
        if (index < 0 || index >= count(tag) || start < 0 || start > file.limit() || at + size > file.limit()) {
            return otherwise;
        }
        return switch (size) {
            case 1 -> file.get((int) at) & 0xffL;
            case 2 -> file.getShort((int) at) & 0xffffL;
            case 4 -> file.getInt((int) at) & 0xffffffffL;
            default -> file.getLong((int) at);
        };
    }

    /** The fraction at an index under a tag; the given one if it does not lie in the file, or is none. */
    double real(int tag, int index, double otherwise) {
        Integer entry = entries.get(tag);
        if (entry == null || file.getShort(entry + 2) != RATIONAL) {
            return otherwise;
        }
        long count = big ? file.getLong(entry + 4) : file.getInt(entry + 4) & 0xffffffffL;
        int slot = entry + (big ? 12 : 8);
        long start = big && count == 1 ? slot : big ? file.getLong(slot) : file.getInt(slot) & 0xffffffffL;
        if (index >= count || start < 0 || start > file.limit() - 8L * (index + 1)) {
            return otherwise;
        }
        int at = (int) start + 8 * index;
        double below = file.getInt(at + 4) & 0xffffffffL;
        return below == 0 ? otherwise : (file.getInt(at) & 0xffffffffL) / below;
    }

    /** The text under a tag, as far as it lies in the file; empty if there is none. */
    String text(int tag) {
        Integer entry = entries.get(tag);
        if (entry == null || file.getShort(entry + 2) != ASCII) {
            return "";
        }
        long length = big ? file.getLong(entry + 4) : file.getInt(entry + 4) & 0xffffffffL;
        int slot = entry + (big ? 12 : 8);
        boolean within = length >= 0 && length <= (big ? 8 : 4);
        long start = within ? slot : big ? file.getLong(slot) : file.getInt(slot) & 0xffffffffL;
        if (length < 0 || length > LONGEST_TEXT || start < 0 || start > file.limit() - length) {
            return "";
        }
        byte[] text = new byte[(int) length];
        file.get((int) start, text);
        return new String(text, StandardCharsets.US_ASCII).replace('\0', ' ').strip();
    }

    /** In which order the bytes of its numbers, and of its samples, stand. */
    ByteOrder order() {
        return file.order();
    }

    /** Bytes of a number: of type BYTE, SHORT, LONG or LONG8; 0 for other types, and where the tag is missing. */
    private int size(int tag) {
        Integer entry = entries.get(tag);
        return entry == null
                ? 0
                : switch (file.getShort(entry + 2)) {
                    case 1 -> 1;
                    case 3 -> 2;
                    case 4 -> 4;
                    case 16 -> 8;
                    default -> 0;
                };
    }
}
