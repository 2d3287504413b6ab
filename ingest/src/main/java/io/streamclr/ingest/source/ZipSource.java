package io.streamclr.ingest.source;

import io.streamclr.schemas.FileFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;

/**
 * The images in a zip file, in the order in which they lie there; archives in it stay closed. What it holds is said by
 * its directory; a file that is cut off, or whose directory is too large for memory, is read from front to back. Of an
 * entry no more is unpacked than an image may have. Entries are never written anywhere, so their paths are names and no
 * more.
 */
final class ZipSource implements ImageSource {

    private final String source;
    private final Reading reading;
    private final Entries entries;
    private boolean ended;

    /** The entries of a file, one after the other. */
    interface Entries {

        /** The next; null at the end. */
        ZipArchiveEntry next() throws IOException;

        /** Whether the content of the one that {@link #next} gave last can be had. */
        boolean isReadable();

        /** That content, once. */
        InputStream content() throws IOException;

        /** Why there may be more than was found; empty if there is not. */
        String missing();

        long bytesRead();

        void close();
    }

    private ZipSource(String source, Reading reading, Entries entries) {
        this.source = source;
        this.reading = reading;
        this.entries = entries;
    }

    /** @param source what the file is called to people */
    static ZipSource open(Path file, String source, Reading reading) throws IOException {
        return of(source, reading, ZipDirectory.entriesOf(file));
    }

    /** These entries, which are closed with this. */
    static ZipSource of(String source, Reading reading, Entries entries) {
        return new ZipSource(source, reading, entries);
    }

    @Override
    public Optional<Found> next() {
        while (!ended) {
            try {
                ZipArchiveEntry entry = entries.next();
                if (entry == null) {
                    ended = true;
                    if (!entries.missing().isEmpty()) {
                        return Optional.of(new Found.Unreadable(source, entries.missing()));
                    }
                } else if (!entry.isDirectory()) {
                    return Optional.of(read(entry));
                }
            } catch (IOException | IllegalArgumentException damaged) {
                ended = true;
                return Optional.of(new Found.Unreadable(source, "is damaged or cut off: " + FileFault.of(damaged)));
            }
        }
        return Optional.empty();
    }

    private Found read(ZipArchiveEntry entry) throws IOException {
        String path = entry.getName();
        String where = source + "/" + path;
        // Beside each file that macOS packs lies one of its own, of the same name, that is no image.
        if (path.substring(path.lastIndexOf('/') + 1).startsWith(".") || path.startsWith("__MACOSX/")) {
            return Found.Skipped.hidden(where);
        }
        if (!entries.isReadable()) {
            return FileKind.saysImage(path)
                    ? new Found.Unreadable(where, "is encrypted, or packed in a way that cannot be read")
                    : Found.Skipped.noImage(where);
        }
        try (InputStream content = entries.content()) {
            return read(entry, where, content);
        } catch (IOException damaged) {
            if (entries.missing().isEmpty()) { // the directory knows where the others lie
                return new Found.Unreadable(where, "is damaged: " + FileFault.of(damaged));
            }
            throw damaged;
        }
    }

    private Found read(ZipArchiveEntry entry, String where, InputStream content) throws IOException {
        byte[] head = content.readNBytes(FileKind.HEAD_BYTES);
        FileKind kind = FileKind.of(entry.getName(), head);
        if (kind != FileKind.IMAGE) {
            return switch (kind) {
                case TAR, ZIP, PARQUET, GZIP, BZIP2, XZ, ZSTD -> Found.Skipped.nested(where);
                default -> Found.Skipped.noImage(where);
            };
        }
        if (head.length == 0) {
            return new Found.Unreadable(where, "is empty");
        }
        int most = reading.maxImageBytes();
        if (entry.getSize() > most) { // -1 where it is said after the data
            return new Found.Unreadable(where, reading.tooLarge(entry.getSize()));
        }
        byte[] rest = content.readNBytes(most - head.length + 1); // grows with what is really there
        if (head.length + rest.length > most) {
            return new Found.Unreadable(where, reading.tooLarge());
        }
        byte[] encoded = Arrays.copyOf(head, head.length + rest.length);
        System.arraycopy(rest, 0, encoded, head.length, rest.length);
        Instant modified = entry.getLastModifiedTime() == null
                ? Instant.EPOCH
                : entry.getLastModifiedTime().toInstant().truncatedTo(ChronoUnit.MILLIS);
        return new Found.Image(where, encoded, OptionalInt.empty(), modified, Map.of());
    }

    @Override
    public long bytesRead() {
        return entries.bytesRead();
    }

    @Override
    public void close() {
        ended = true;
        entries.close();
    }
}
