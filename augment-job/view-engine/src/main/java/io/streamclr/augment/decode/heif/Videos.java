package io.streamclr.augment.decode.heif;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The pieces of video in a HEIF file: of one picture, its opacity, or a part of it. The library believes the sides that the
 * file claims, and the decoder that it calls those of the video; so both have to be known before any of them is asked.
 */
final class Videos {

    /** Of the file's bytes, which items may share: far more than is usual, which is none. */
    private static final int MOST_SHARED = 4;

    /** Before the units. */
    private static final int AV1_CONFIGURATION = 4;

    private final ByteBuffer file;
    private final List<Box> meta;
    private long left;

    private Videos(ByteBuffer file, List<Box> meta) {
        this.file = file;
        this.meta = meta;
        this.left = (long) MOST_SHARED * file.remaining();
    }

    /**
     * Of the video that asks for most.
     *
     * @param kinds of the items, by their numbers
     * @param properties of all items
     * @throws IOException if a video does not say, or cannot be found
     */
    static long mostPixels(ByteBuffer file, List<Box> meta, Map<Integer, String> kinds, List<Box> properties)
            throws IOException {
        return new Videos(file, meta).mostPixels(kinds, properties);
    }

    private long mostPixels(Map<Integer, String> kinds, List<Box> properties) throws IOException {
        Box places = Box.find(meta, "iloc");
        ByteBuffer in = places.plain();
        Box.need(in, 4);
        int widths = in.getShort() & 0xffff;
        boolean wide = places.version() == 2;
        long items = wide ? in.remaining() < 4 ? 0 : in.getInt() & 0xffffffffL : in.getShort() & 0xffff;
        // Which configuration belongs to which item does not matter for the most of all.
        long configured = 0;
        List<ByteBuffer> sequences = new ArrayList<>();
        for (Box property : properties) {
            ByteBuffer content = property.content().duplicate();
            if (property.type().equals("hvcC")) {
                configured = Math.max(configured, HevcSizes.configured(content));
            } else if (property.type().equals("av1C") && content.remaining() > AV1_CONFIGURATION) {
                sequences.add(content.position(content.position() + AV1_CONFIGURATION));
            }
        }
        long most = 0;
        for (long i = 0; i < items; i++) {
            Box.need(in, wide ? 4 : 2);
            int item = wide ? in.getInt() : in.getShort() & 0xffff;
            String kind = kinds.getOrDefault(item, "");
            boolean av1 = kind.equals("av01");
            boolean hevc = kind.equals("hvc1");
            ByteBuffer video = content(in, places.version(), widths, av1 || hevc);
            if (av1) {
                // The library gives a decoder what a property holds first.
                List<ByteBuffer> all = new ArrayList<>(sequences);
                all.add(video);
                spend(sequences.stream().mapToLong(ByteBuffer::remaining).sum());
                most = Math.max(most, said(Av1Sizes.pixels(all)));
            } else if (hevc) {
                most = Math.max(most, said(HevcSizes.pixels(video, configured)));
            }
        }
        return most;
    }

    private static long said(long pixels) throws IOException {
        if (pixels < 1) {
            throw Box.broken("has a video that does not say how large it is");
        }
        return pixels;
    }

    /** The bytes of one item, put together of their pieces (ISO/IEC 14496-12, 8.11.3). */
    private ByteBuffer content(ByteBuffer in, int version, int widths, boolean wanted) throws IOException {
        int method = 0;
        if (version > 0) {
            Box.need(in, 2);
            method = in.getShort() & 15;
        }
        Box.need(in, 2);
        in.getShort();
        long base = number(in, widths >> 4 & 15);
        Box.need(in, 2);
        int pieces = in.getShort() & 0xffff;
        List<ByteBuffer> content = new ArrayList<>();
        for (int piece = 0; piece < pieces; piece++) {
            if (version > 0) {
                number(in, widths & 15);
            }
            long offset = number(in, widths >> 12);
            long length = number(in, widths >> 8 & 15);
            if (wanted) {
                content.add(piece(method, base + offset, length));
            }
        }
        if (content.size() == 1) {
            return content.get(0);
        }
        ByteBuffer together = ByteBuffer.allocate(
                content.stream().mapToInt(ByteBuffer::remaining).sum());
        content.forEach(together::put);
        return together.flip();
    }

    private ByteBuffer piece(int method, long from, long length) throws IOException {
        if (method > 1) {
            // Made of other items: no video is.
            return ByteBuffer.allocate(0);
        }
        ByteBuffer in = method == 0
                ? file.duplicate()
                : Box.find(meta, "idat").content().duplicate();
        long whole = length == 0 ? in.remaining() - from : length;
        if (from < 0 || whole < 0 || from > in.remaining() - whole) {
            throw Box.broken("has an item that lies beyond its end");
        }
        spend(whole);
        in.position(in.position() + (int) from);
        return in.limit(in.position() + (int) whole);
    }

    private void spend(long bytes) throws IOException {
        left -= bytes;
        if (left < 0) {
            throw Box.broken("has items that share their bytes too often");
        }
    }

    private static long number(ByteBuffer in, int bytes) throws IOException {
        Box.need(in, bytes);
        return switch (bytes) {
            case 0 -> 0;
            case 4 -> in.getInt() & 0xffffffffL;
            case 8 -> in.getLong() & 0x3fffffffffffffffL;
            default -> throw Box.broken("has places of " + bytes + " bytes");
        };
    }
}
