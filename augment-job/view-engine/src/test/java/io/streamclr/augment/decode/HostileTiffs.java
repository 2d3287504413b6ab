package io.streamclr.augment.decode;

import static io.streamclr.augment.decode.FileBytes.text;
import static io.streamclr.augment.decode.FileBytes.together;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/** TIFF files that ask for a lot, as {@link HostileImages} has them; all are little-endian. */
final class HostileTiffs {

    private HostileTiffs() {}

    /** @param count of values that the entry of strip or tile offsets claims */
    static byte[] of(int count, int... tagsAndValues) {
        ByteBuffer file = ByteBuffer.allocate(400).order(ByteOrder.LITTLE_ENDIAN);
        file.put(text("II")).putShort((short) 42).putInt(8).putShort((short) (tagsAndValues.length / 2));
        for (int i = 0; i < tagsAndValues.length; i += 2) {
            boolean offsets = tagsAndValues[i] == 273 || tagsAndValues[i] == 324;
            file.putShort((short) tagsAndValues[i]).putShort((short) 4).putInt(offsets ? count : 1);
            file.putInt(tagsAndValues[i + 1]);
        }
        return file.array();
    }

    /** Grey, 8,000 strips of one pixel; all of them lie in the same place. */
    static byte[] ofOneStrip(int compression, byte[] strip) {
        int strips = 8_000;
        int start = 400 + 4 * strips;
        ByteBuffer offsets = ByteBuffer.allocate(4 * strips).order(ByteOrder.LITTLE_ENDIAN);
        while (offsets.hasRemaining()) {
            offsets.putInt(start);
        }
        byte[] head = of(strips, 256, 1, 257, strips, 258, 8, 259, compression, 262, 1, 273, 400, 278, 1);
        return together(head, offsets.array(), strip);
    }

    /** Codes of nine bits that stand for nothing, and one that stands for a black pixel. */
    static byte[] lzwOfClears(int bytes) {
        byte[] codes = new byte[bytes];
        for (int bit = 0; bit < 8 * bytes - 18; bit += 9) {
            codes[bit / 8] |= (byte) (0x80 >> bit % 8);
        }
        return codes;
    }

    static byte[] deflatedEmptily(int bytes) {
        ByteBuffer blocks = ByteBuffer.allocate(bytes).put(new byte[] {0x78, 1});
        while (blocks.remaining() > 16) {
            blocks.put(new byte[] {0, 0, 0, -1, -1});
        }
        return blocks.put(new byte[] {1, 1, 0, -2, -1, 0, 0, 1, 0, 1}).array();
    }

    static byte[] noOps(int bytes) {
        byte[] packed = new byte[bytes];
        Arrays.fill(packed, (byte) 0x80);
        packed[bytes - 2] = 0;
        return packed;
    }

    static byte[] withJpeg(byte[] jpeg) {
        byte[] head = of(1, 256, 8, 257, 8, 258, 8, 259, 7, 262, 1, 273, 400, 277, 1, 278, 8, 279, jpeg.length);
        return together(head, jpeg);
    }

    static byte[] thatFollowsItself() {
        ByteBuffer file = ByteBuffer.allocate(100).order(ByteOrder.LITTLE_ENDIAN);
        file.put(text("II")).putShort((short) 42).putInt(8).putShort((short) 2);
        for (int tag : new int[] {0x8769, 0x8825}) {
            file.putShort((short) tag).putShort((short) 4).putInt(1).putInt(8);
        }
        file.putInt(8);
        return file.array();
    }

    /** An image of 8 x 8 pixels, and 65,000 more entries that all have the whole rest of the file as their value. */
    static byte[] ofManyValues(int bytes) {
        int entries = 65_000;
        ByteBuffer file = ByteBuffer.allocate(8 + 2 + 12 * entries + 4 + bytes).order(ByteOrder.LITTLE_ENDIAN);
        file.put(text("II")).putShort((short) 42).putInt(8).putShort((short) entries);
        for (int i = 0; i < entries; i++) {
            boolean side = i < 2;
            file.putShort((short) (side ? 256 + i : 400 + i)).putShort((short) (side ? 4 : 7));
            file.putInt(side ? 1 : bytes).putInt(side ? 8 : 8 + 12 * entries + 6);
        }
        return file.array();
    }
}
