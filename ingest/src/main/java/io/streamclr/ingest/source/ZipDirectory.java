package io.streamclr.ingest.source;

import io.streamclr.schemas.FileFault;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** Finds the entries of a zip file, by its directory at its end where that can be held in memory. */
final class ZipDirectory {

    private static final int END = 0x06054b50;
    private static final int END_BYTES = 22;
    private static final int FAR_END_LOCATOR = 0x07064b50;
    private static final int FAR_END_LOCATOR_BYTES = 20;
    private static final int MOST_COMMENT_BYTES = 0xffff;
    /** An entry takes 47 bytes of the directory or more, and hundreds in memory. */
    private static final int TIMES_IN_MEMORY = 12;

    private ZipDirectory() {}

    static ZipSource.Entries entriesOf(Path file) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(file);
        try {
            long bytes = directoryBytes(channel);
            if (bytes < 0) {
                return frontToBack(file, channel, "is cut off: its directory, which tells what it holds, is missing");
            }
            if (bytes > Runtime.getRuntime().maxMemory() / 3 / TIMES_IN_MEMORY) {
                return frontToBack(file, channel, "");
            }
            return new ByDirectory(library(channel));
        } catch (IOException | RuntimeException damaged) { // the library has many ways to say so
            return frontToBack(file, channel, "has a damaged directory (" + FileFault.of(damaged) + ")");
        }
    }

    private static ZipFile library(SeekableByteChannel channel) throws IOException {
        channel.position(0);
        return ZipFile.builder()
                .setSeekableByteChannel(channel)
                .setIgnoreLocalFileHeader(true) // or each is visited before the first is read
                .get();
    }

    /** A directory that was read. @param bytesInMemory about what it takes there */
    record InMemory(ZipFile zip, long bytesInMemory) {}

    /** The directory; empty if there is none, or it takes more memory. @throws IOException if it is damaged */
    static Optional<InMemory> of(Path file, long mostBytes) throws IOException {
        SeekableByteChannel channel = Files.newByteChannel(file);
        try {
            long bytes = TIMES_IN_MEMORY * directoryBytes(channel);
            if (bytes >= 0 && bytes <= mostBytes) {
                return Optional.of(new InMemory(library(channel), bytes));
            }
            channel.close();
            return Optional.empty();
        } catch (IOException | RuntimeException damaged) {
            channel.close();
            throw damaged;
        }
    }

    /** One entry of it, which stays open. */
    static ZipSource.Entries some(ZipFile zip, ZipArchiveEntry entry) {
        return new ByDirectory(zip, List.of(entry).iterator(), false);
    }

    static void close(ZipFile zip) {
        try {
            zip.close();
        } catch (IOException harmless) {
            return; // nothing was written, so nothing is lost
        }
    }

    private static ZipSource.Entries frontToBack(Path file, SeekableByteChannel channel, String missing)
            throws IOException {
        channel.close();
        return new FrontToBack(FileBytes.open(file, Packing.NONE), missing);
    }

    /** At most how many bytes the directory has; -1 if there is none. */
    private static long directoryBytes(SeekableByteChannel channel) throws IOException {
        long size = channel.size();
        long tailAt = Math.max(0, size - END_BYTES - MOST_COMMENT_BYTES - FAR_END_LOCATOR_BYTES);
        ByteBuffer tail = ByteBuffer.allocate((int) (size - tailAt)).order(ByteOrder.LITTLE_ENDIAN);
        channel.position(tailAt);
        while (tail.hasRemaining() && channel.read(tail) >= 0) {
            // a channel may give less than was asked for
        }
        for (int at = tail.position() - END_BYTES; at >= 0; at--) {
            if (tail.getInt(at) == END) {
                // The library follows a locator wherever there is one, whatever else is said of the beginning.
                boolean far = at >= FAR_END_LOCATOR_BYTES && tail.getInt(at - FAR_END_LOCATOR_BYTES) == FAR_END_LOCATOR;
                long begin = far
                        ? farBegin(channel, tail.getLong(at - FAR_END_LOCATOR_BYTES + 8))
                        : Integer.toUnsignedLong(tail.getInt(at + 16));
                // Whatever is claimed of its size and of the number of entries, it ends where its end begins.
                return Math.max(0, tailAt + at - begin);
            }
        }
        return -1;
    }

    private static long farBegin(SeekableByteChannel channel, long end) throws IOException {
        ByteBuffer record = ByteBuffer.allocate(56).order(ByteOrder.LITTLE_ENDIAN);
        channel.position(Math.max(0, Math.min(end, channel.size())));
        while (record.hasRemaining() && channel.read(record) >= 0) {
            // a channel may give less than was asked for
        }
        return record.hasRemaining() ? 0 : Math.max(0, record.getLong(48));
    }

    /** As the directory says. */
    private static final class ByDirectory implements ZipSource.Entries {

        private final ZipFile zip;
        private final Iterator<ZipArchiveEntry> rest;
        private final boolean closing;
        private ZipArchiveEntry entry;
        private long bytesRead;

        ByDirectory(ZipFile zip) {
            this(zip, Collections.list(zip.getEntriesInPhysicalOrder()).iterator(), true);
        }

        ByDirectory(ZipFile zip, Iterator<ZipArchiveEntry> rest, boolean closing) {
            this.zip = zip;
            this.rest = rest;
            this.closing = closing;
        }

        @Override
        public ZipArchiveEntry next() {
            if (entry != null) {
                bytesRead += Math.max(0, entry.getCompressedSize());
            }
            entry = rest.hasNext() ? rest.next() : null;
            return entry;
        }

        @Override
        public boolean isReadable() {
            return zip.canReadEntryData(entry);
        }

        @Override
        public InputStream content() throws IOException {
            return zip.getInputStream(entry);
        }

        @Override
        public String missing() {
            return "";
        }

        @Override
        public long bytesRead() {
            return bytesRead;
        }

        @Override
        public void close() {
            if (closing) {
                ZipDirectory.close(zip);
            }
        }
    }

    /** As they lie there; one that is stored, and whose size is said after it alone, has no end that could be found. */
    private static final class FrontToBack implements ZipSource.Entries {

        private final FileBytes file;
        private final ZipArchiveInputStream zip;
        private final String missing;
        private ZipArchiveEntry entry;

        FrontToBack(FileBytes file, String missing) {
            this.file = file;
            this.zip = new ZipArchiveInputStream(file.stream(), StandardCharsets.UTF_8.name());
            this.missing = missing;
        }

        @Override
        public ZipArchiveEntry next() throws IOException {
            entry = zip.getNextEntry();
            return entry;
        }

        @Override
        public boolean isReadable() {
            return zip.canReadEntryData(entry);
        }

        @Override
        public InputStream content() {
            return new FilterInputStream(zip) {
                @Override
                public void close() {
                    // the next entry follows
                }
            };
        }

        @Override
        public String missing() {
            return missing;
        }

        @Override
        public long bytesRead() {
            return file.read();
        }

        @Override
        public void close() {
            file.close();
        }
    }
}
