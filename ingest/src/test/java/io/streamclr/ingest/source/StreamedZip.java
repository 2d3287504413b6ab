package io.streamclr.ingest.source;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** Zip files as programs write them that cannot go back: nothing is packed, and sizes stand after the content. */
final class StreamedZip {

    private static final short SIZES_FOLLOW = 8;
    private static final int FIXED_BYTES = 30 + 16 + 46;

    record Entry(String name, byte[] content) {}

    private StreamedZip() {}

    static byte[] of(Entry... entries) {
        int size = 22;
        for (Entry entry : entries) {
            size += FIXED_BYTES + 2 * entry.name().length() + entry.content().length;
        }
        ByteBuffer zip = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        int[] offsets = new int[entries.length];
        for (int i = 0; i < entries.length; i++) {
            Entry entry = entries[i];
            offsets[i] = zip.position();
            zip.putInt(0x04034b50).putShort((short) 20).putShort(SIZES_FOLLOW).putShort((short) 0);
            zip.putInt(0x21 << 16).putInt(0).putInt(0).putInt(0);
            zip.putShort((short) entry.name().length()).putShort((short) 0).put(bytes(entry.name()));
            zip.put(entry.content());
            zip.putInt(0x08074b50)
                    .putInt(crc(entry))
                    .putInt(entry.content().length)
                    .putInt(entry.content().length);
        }
        int directory = zip.position();
        for (int i = 0; i < entries.length; i++) {
            Entry entry = entries[i];
            zip.putInt(0x02014b50)
                    .putShort((short) 20)
                    .putShort((short) 20)
                    .putShort(SIZES_FOLLOW)
                    .putShort((short) 0);
            zip.putInt(0x21 << 16)
                    .putInt(crc(entry))
                    .putInt(entry.content().length)
                    .putInt(entry.content().length);
            zip.putShort((short) entry.name().length())
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putShort((short) 0);
            zip.putShort((short) 0).putInt(0).putInt(offsets[i]).put(bytes(entry.name()));
        }
        return end(zip, directory, entries.length);
    }

    private static byte[] end(ByteBuffer zip, int directory, int entries) {
        int bytes = zip.position() - directory;
        zip.putInt(0x06054b50).putInt(0).putShort((short) entries).putShort((short) entries);
        zip.putInt(bytes).putInt(directory).putShort((short) 0);
        return Arrays.copyOf(zip.array(), zip.position());
    }

    /** As after an entry was replaced: its bytes lie there, and nothing says so. */
    static byte[] withoutFirstInDirectory(byte[] whole) {
        ByteBuffer zip = ByteBuffer.wrap(whole.clone()).order(ByteOrder.LITTLE_ENDIAN);
        int entries = zip.getShort(whole.length - 12);
        int directory = zip.getInt(whole.length - 6);
        int first = 46 + zip.getShort(directory + 28);
        zip.position(whole.length - 22);
        return end(zip, directory + first, entries - 1);
    }

    private static int crc(Entry entry) {
        CRC32 crc = new CRC32();
        crc.update(entry.content());
        return (int) crc.getValue();
    }

    private static byte[] bytes(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
