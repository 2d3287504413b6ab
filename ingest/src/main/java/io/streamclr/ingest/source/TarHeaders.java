package io.streamclr.ingest.source;

import io.streamclr.ingest.source.TarEntries.BudgetedStream;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.utils.IOUtils;

/** What a tar file says that it holds. One that is not compressed is leapt through, and hardly anything of it is read. */
final class TarHeaders implements Closeable {

    private static final int RECORD_BYTES = 512;

    private final InputStream in;
    private final Counted counted;
    private final BudgetedStream bytes;
    private final TarArchiveInputStream tar;
    private TarArchiveEntry entry;
    private long offset;

    private TarHeaders(InputStream in) {
        this.in = in;
        this.counted = new Counted(in);
        this.bytes = new BudgetedStream(counted);
        this.tar = new TarArchiveInputStream(bytes, StandardCharsets.UTF_8.name());
    }

    static TarHeaders of(Path file, Packing packing) throws IOException {
        return new TarHeaders(
                packing == Packing.NONE
                        ? new Leaping(Files.newByteChannel(file))
                        : FileBytes.open(file, packing).stream());
    }

    /** Goes to the next; false at the end. @throws IOException if the file is damaged or cut off there */
    boolean next() throws IOException {
        if (entry != null && IOUtils.skip(tar, Long.MAX_VALUE) < entry.getSize()) {
            throw new IOException("it is cut off");
        }
        offset = (counted.position + RECORD_BYTES - 1) / RECORD_BYTES * RECORD_BYTES;
        entry = TarEntries.header(tar, bytes);
        return entry != null;
    }

    /** The path of the entry. */
    String name() {
        return entry.getName();
    }

    boolean isDirectory() {
        return entry.isDirectory();
    }

    /** Where its header begins, its long name and the like first. */
    long offset() {
        return offset;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private static final class Counted extends FilterInputStream {

        private long position;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            position += value < 0 ? 0 : 1;
            return value;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            int read = super.read(into, at, length);
            position += Math.max(0, read);
            return read;
        }

        @Override
        public long skip(long some) throws IOException {
            long skipped = super.skip(some);
            position += skipped;
            return skipped;
        }
    }

    /** Passes over by going elsewhere, and not by reading. */
    private static final class Leaping extends InputStream {

        private final SeekableByteChannel channel;
        private final byte[] one = new byte[1];

        Leaping(SeekableByteChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read() throws IOException {
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int at, int length) throws IOException {
            return channel.read(ByteBuffer.wrap(into, at, length));
        }

        @Override
        public long skip(long some) throws IOException {
            long from = channel.position();
            long to = Math.max(from, Math.min(channel.size(), from + some));
            channel.position(to);
            return to - from;
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
