package io.streamclr.trainer.torch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.attribute.FileTime;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A zip of uncompressed entries in one folder, the only kind that PyTorch reads. Equal content gives equal bytes. */
final class StoredZip {

    private static final int FLOATS_AT_ONCE = 1 << 14;

    private final ZipOutputStream zip;
    private final String folder;

    StoredZip(OutputStream target, String folder) {
        this.zip = new ZipOutputStream(target);
        this.folder = folder;
    }

    void entry(String name, byte[] content) throws IOException {
        CRC32 checksum = new CRC32();
        checksum.update(content);
        begin(name, content.length, checksum);
        zip.write(content);
        zip.closeEntry();
    }

    void entry(String name, long number) throws IOException {
        entry(
                name,
                ByteBuffer.allocate(Long.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putLong(number)
                        .array());
    }

    /** Little-endian floats; read twice, because a stored entry's checksum stands before its content. */
    void entry(String name, float[] content) throws IOException {
        CRC32 checksum = new CRC32();
        pieces(content, (bytes, length) -> checksum.update(bytes, 0, length));
        begin(name, (long) content.length * Float.BYTES, checksum);
        pieces(content, (bytes, length) -> zip.write(bytes, 0, length));
        zip.closeEntry();
    }

    private void begin(String name, long size, CRC32 checksum) throws IOException {
        ZipEntry entry = new ZipEntry(folder + "/" + name);
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(size);
        entry.setCompressedSize(size);
        entry.setCrc(checksum.getValue());
        zip.putNextEntry(entry);
    }

    void finish() throws IOException {
        zip.finish();
    }

    private interface Piece {
        void take(byte[] bytes, int length) throws IOException;
    }

    private static void pieces(float[] content, Piece piece) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(FLOATS_AT_ONCE * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int from = 0; from < content.length; from += FLOATS_AT_ONCE) {
            int count = Math.min(FLOATS_AT_ONCE, content.length - from);
            bytes.clear();
            bytes.asFloatBuffer().put(content, from, count);
            piece.take(bytes.array(), count * Float.BYTES);
        }
    }
}
