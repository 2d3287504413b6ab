package io.streamclr.augment.decode.heif;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOException;

/**
 * What a HEIF file says of the picture that it shows (ISO/IEC 23008-12), read before any library sees it.
 *
 * @param width before it is turned
 * @param height before it is turned
 * @param orientation as EXIF counts, 1 to 8
 * @param matrix by which brightness and colours became of red, green and blue (ISO/IEC 23091-2)
 * @param fullRange whether 0 is black, and not 16 of 256
 * @param chroma samples of colours: 0 none, 1 half as many across and down, 2 half as many across, 3 as many as pixels
 * @param coded pixels that a decoder holds for one of the videos in the file, which is not bound to the sides
 */
record Picture(int width, int height, int orientation, int matrix, boolean fullRange, int chroma, long coded) {

    /** That one picture may have: each at most once, of a dozen kinds. */
    private static final int MOST_PROPERTIES = 1_000;

    /** What most pictures have, and what those mean that have a profile only (ISO/IEC 23000-22, 7.3.6.4). */
    private static final int USUAL_MATRIX = 6;

    /** The same under another number. */
    private static final int OLD_USUAL_MATRIX = 5;

    private static final int UNSPECIFIED = 2;

    private static final int COLOURS_BYTES = 11;

    /** Orientations of pictures that are turned to the left so often; then of those that are turned upside down as well. */
    private static final int[] TURNED = {1, 8, 3, 6};

    private static final int[] TURNED_UPSIDE_DOWN = {4, 5, 2, 7};
    private static final int[] TURNED_MIRRORED = {2, 7, 4, 5};

    static Picture primary(byte[] file) throws IOException {
        ByteBuffer whole = ByteBuffer.wrap(file);
        List<Box> meta = Box.boxes(Box.find(Box.boxes(whole), "meta").plain());
        Box primary = Box.find(meta, "pitm");
        ByteBuffer number = primary.plain();
        Box.need(number, primary.version() == 0 ? 2 : 4);
        int item = primary.version() == 0 ? number.getShort() & 0xffff : number.getInt();
        Map<Integer, String> kinds = kinds(Box.find(meta, "iinf"));
        requireKind(kinds, item);
        List<Box> properties = Box.boxes(Box.find(meta, "iprp").content().duplicate());
        List<Box> all = Box.boxes(Box.find(properties, "ipco").content().duplicate());
        List<Box> its = new ArrayList<>();
        for (Box associations : properties) {
            if (associations.type().equals("ipma")) {
                for (int index : associated(associations, item)) {
                    if (index >= 1 && index <= all.size()) {
                        its.add(all.get(index - 1));
                    }
                }
            }
        }
        return of(its, all, Videos.mostPixels(whole, meta, kinds, all));
    }

    private static Picture of(List<Box> properties, List<Box> all, long coded) throws IOException {
        int width = 0;
        int height = 0;
        int turns = 0;
        int mirror = -1;
        int matrix = USUAL_MATRIX;
        boolean fullRange = true;
        for (Box box : properties) {
            ByteBuffer content = box.content().duplicate();
            switch (box.type()) {
                case "ispe" -> {
                    ByteBuffer sides = box.plain();
                    Box.need(sides, 8);
                    width = sides.getInt();
                    height = sides.getInt();
                }
                case "irot" -> {
                    Box.need(content, 1);
                    turns = content.get() & 3;
                }
                case "imir" -> {
                    Box.need(content, 1);
                    mirror = content.get() & 1;
                }
                case "colr" -> {
                    if (content.remaining() >= COLOURS_BYTES
                            && Box.type(content).equals("nclx")) {
                        content.position(content.position() + 8);
                        matrix = content.getShort() & 0xffff;
                        fullRange = content.get() < 0;
                    }
                }
                case "clap" -> throw new IIOException("HEIF that shows a part of its picture is not supported");
                default -> {
                    // Says nothing of how the picture is shown.
                }
            }
        }
        if (mirror >= 0 && mirroredFirst(properties)) {
            // Turned after a mirror is turned the other way before it.
            turns = -turns & 3;
        }
        int orientation = (mirror < 0 ? TURNED : mirror == 0 ? TURNED_UPSIDE_DOWN : TURNED_MIRRORED)[turns];
        int chroma = chroma(properties);
        return new Picture(width, height, orientation, matrix, fullRange, chroma < 0 ? chroma(all) : chroma, coded);
    }

    /** How many times as many pixels a decoder holds as the picture has. */
    double codedAgainstShown() {
        return coded / Math.max(1.0, (double) width * height);
    }

    /** Whether brightness and colours are those of most pictures, so that the library has nothing to convert. */
    boolean usual() {
        return fullRange && (matrix == UNSPECIFIED || matrix == OLD_USUAL_MATRIX || matrix == USUAL_MATRIX);
    }

    /** Whether every version of the library makes the same planes of it: red, green and blue of full range it takes as they are. */
    boolean exact() {
        return usual() || (matrix == 0 && fullRange);
    }

    /** As the configuration of the coded picture says: the most that one says, of a grid of pictures; -1 if none does. */
    private static int chroma(List<Box> properties) {
        int most = -1;
        for (Box box : properties) {
            ByteBuffer content = box.content();
            if (box.type().equals("hvcC") && content.remaining() > 16) {
                most = Math.max(most, content.get(content.position() + 16) & 3);
            } else if (box.type().equals("av1C") && content.remaining() > 2) {
                // Monochrome, and whether there are fewer samples across and down.
                int bits = content.get(content.position() + 2) >> 2 & 7;
                most = Math.max(most, bits >= 4 ? 0 : bits == 3 ? 1 : bits == 2 ? 2 : 3);
            }
        }
        return most;
    }

    private static boolean mirroredFirst(List<Box> properties) {
        for (Box box : properties) {
            if (box.type().equals("irot")) {
                return false;
            }
            if (box.type().equals("imir")) {
                return true;
            }
        }
        return false;
    }

    /** Of all items, by their numbers. */
    private static Map<Integer, String> kinds(Box items) throws IOException {
        ByteBuffer in = items.plain();
        int count = items.version() == 0 ? 2 : 4;
        Box.need(in, count);
        in.position(in.position() + count);
        Map<Integer, String> kinds = new HashMap<>();
        for (Box entry : Box.boxes(in)) {
            ByteBuffer content = entry.plain();
            boolean known = entry.type().equals("infe")
                    && entry.version() >= 2
                    && content.remaining() >= (entry.version() == 2 ? 8 : 10);
            if (known) {
                int number = entry.version() == 2 ? content.getShort() & 0xffff : content.getInt();
                content.getShort();
                kinds.putIfAbsent(number, Box.type(content));
            }
        }
        return kinds;
    }

    /** Pictures of which the standards say every bit; those that are made of others in colour are mixed by the library. */
    private static void requireKind(Map<Integer, String> kinds, int item) throws IOException {
        String kind = kinds.get(item);
        if (kind == null) {
            throw Box.broken("has " + kinds.size() + " items, and not the one that it shows");
        }
        if (!kind.equals("hvc1") && !kind.equals("av01") && !kind.equals("grid")) {
            throw new IIOException(
                    "HEIF with a picture of kind '" + kind.replaceAll("[^ -~]", "?") + "' is not supported");
        }
    }

    private static List<Integer> associated(Box associations, int item) throws IOException {
        ByteBuffer in = associations.plain();
        boolean wide = (associations.flags() & 1) != 0;
        Box.need(in, 4);
        int entries = in.getInt();
        List<Integer> found = new ArrayList<>();
        for (int entry = 0; entry < entries; entry++) {
            Box.need(in, associations.version() < 1 ? 3 : 5);
            int number = associations.version() < 1 ? in.getShort() & 0xffff : in.getInt();
            int count = in.get() & 0xff;
            Box.need(in, count * (wide ? 2 : 1));
            for (int i = 0; i < count; i++) {
                int index = wide ? in.getShort() & 0x7fff : in.get() & 0x7f;
                if (number == item) {
                    found.add(index);
                    if (found.size() > MOST_PROPERTIES) {
                        throw Box.broken("has a picture of more than " + MOST_PROPERTIES + " properties");
                    }
                }
            }
        }
        return found;
    }
}
