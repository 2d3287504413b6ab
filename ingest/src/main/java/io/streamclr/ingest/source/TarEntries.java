package io.streamclr.ingest.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The entries of a tar file, one after the other: all of them as they lie there, or some by their places. */
abstract class TarEntries {

    /** Names and extended headers of one entry; the tar library reads these whole. */
    static final int MAX_HEADER_BYTES = 1 << 20;

    private TarEntries() {}

    /** All entries. @param file is closed with this */
    static TarEntries all(FileBytes file) {
        return new All(file);
    }

    /** @param offsets where the headers of the entries begin; their long names and the like first */
    static TarEntries some(Path file, long[] offsets) {
        return new Some(file, offsets);
    }

    /** The next; null at the end. What is left of the one before is passed over. */
    abstract TarArchiveEntry next() throws IOException;

    /** What the entry that {@link #next} gave last is read from. */
    abstract TarArchiveInputStream content();

    abstract long bytesRead();

    abstract void close();

    static TarArchiveEntry header(TarArchiveInputStream tar, BudgetedStream bytes) throws IOException {
        bytes.allow(MAX_HEADER_BYTES);
        TarArchiveEntry entry = tar.getNextEntry();
        bytes.allow(Long.MAX_VALUE);
        if (entry != null && entry.isSparse()) {
            throw new IOException(entry.getName() + " is a sparse entry, which no data set needs");
        }
        return entry;
    }

    private static final class All extends TarEntries {

        private final FileBytes file;
        private final BudgetedStream bytes;
        private final TarArchiveInputStream tar;

        All(FileBytes file) {
            this.file = file;
            this.bytes = new BudgetedStream(file.stream());
            this.tar = new TarArchiveInputStream(bytes, StandardCharsets.UTF_8.name());
        }

        @Override
        TarArchiveEntry next() throws IOException {
            // Here and not within getNextEntry, so that the budget of a header counts the header alone.
            if (tar.getCurrentEntry() != null) {
                tar.transferTo(OutputStream.nullOutputStream());
            }
            return header(tar, bytes);
        }

        @Override
        TarArchiveInputStream content() {
            return tar;
        }

        @Override
        long bytesRead() {
            return file.read();
        }

        @Override
        void close() {
            file.close();
        }
    }

    private static final class Some extends TarEntries {

        private final Path file;
        private final long[] offsets;
        /** Null before the first and after the end. */
        private SeekableByteChannel channel;

        private int at;
        private long bytesDone;
        private TarArchiveInputStream tar;

        Some(Path file, long[] offsets) {
            this.file = file;
            this.offsets = offsets;
        }

        @Override
        TarArchiveEntry next() throws IOException {
            if (at == offsets.length) {
                return null;
            }
            if (channel == null) {
                channel = Files.newByteChannel(file);
            }
            channel.position(offsets[at++]);
            BudgetedStream bytes = new BudgetedStream(Channels.newInputStream(channel));
            tar = new TarArchiveInputStream(bytes, StandardCharsets.UTF_8.name());
            TarArchiveEntry entry = header(tar, bytes);
            if (entry == null) {
                throw new IOException("it changed while it was read");
            }
            bytesDone += entry.getSize();
            return entry;
        }

        @Override
        TarArchiveInputStream content() {
            return tar;
        }

        @Override
        long bytesRead() {
            return bytesDone;
        }

        @Override
        void close() {
            try {
                if (channel != null) {
                    channel.close();
                    channel = null;
                }
            } catch (IOException harmless) {
                at = offsets.length; // nothing was written, so nothing is lost
            }
        }
    }

    /** A stream that fails when more is read than was allowed. */
    static final class BudgetedStream extends FilterInputStream {

        private long left = MAX_HEADER_BYTES;

        BudgetedStream(InputStream in) {
            super(in);
        }

        void allow(long bytes) {
            left = bytes;
        }

        @Override
        public int read() throws IOException {
            int value = super.read();
            spend(value < 0 ? 0 : 1);
            return value;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int read = super.read(into, offset, length);
            spend(Math.max(0, read));
            return read;
        }

        @Override
        public long skip(long bytes) throws IOException {
            long skipped = super.skip(bytes);
            spend(skipped);
            return skipped;
        }

        private void spend(long bytes) throws IOException {
            left -= bytes;
            if (left < 0) {
                throw new IOException("an entry's header is larger than " + MAX_HEADER_BYTES + " bytes");
            }
        }
    }
}
