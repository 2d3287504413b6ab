package io.streamclr.augment.decode.heif;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** One box of a HEIF file: its name and its content (ISO/IEC 14496-12, 4.2). */
record Box(String type, ByteBuffer content) {

    private static final int MOST_BOXES = 10_000;

    /** Content after version and flags. */
    ByteBuffer plain() throws IOException {
        ByteBuffer plain = content.duplicate();
        need(plain, 4);
        plain.position(plain.position() + 4);
        return plain;
    }

    int version() throws IOException {
        need(content, 4);
        return content.get(content.position());
    }

    int flags() {
        return content.getInt(content.position()) & 0xffffff;
    }

    static List<Box> boxes(ByteBuffer around) throws IOException {
        ByteBuffer in = around.duplicate();
        List<Box> boxes = new ArrayList<>();
        while (in.remaining() >= 8) {
            long length = in.getInt() & 0xffffffffL;
            String type = type(in);
            in.position(in.position() + 4);
            long content = length - 8;
            if (length == 0) {
                content = in.remaining();
            } else if (length == 1) {
                need(in, 8);
                content = in.getLong() - 16;
            }
            if (content < 0 || content > in.remaining()) {
                throw broken("has a box that is larger than what is around it");
            }
            if (boxes.size() == MOST_BOXES) {
                throw broken("has more than " + MOST_BOXES + " boxes in one");
            }
            boxes.add(new Box(type, in.duplicate().limit(in.position() + (int) content)));
            in.position(in.position() + (int) content);
        }
        return boxes;
    }

    static Box find(List<Box> boxes, String type) throws IOException {
        for (Box box : boxes) {
            if (box.type.equals(type)) {
                return box;
            }
        }
        throw broken("lacks its box '" + type + "'");
    }

    static String type(ByteBuffer at) {
        byte[] type = new byte[4];
        at.get(at.position(), type);
        return new String(type, StandardCharsets.ISO_8859_1);
    }

    static void need(ByteBuffer in, int bytes) throws IOException {
        if (in.remaining() < bytes) {
            throw broken("ends within a box");
        }
    }

    static IOException broken(String how) {
        return new IOException("the HEIF file " + how);
    }
}
