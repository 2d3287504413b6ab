package io.streamclr.ingest.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveInputStream;

/**
 * The images in a zip file, in the order in which they lie there; archives in it stay closed. It is read from front to
 * back without its directory, so that memory does not depend on how many entries it claims, and of an entry no more is
 * unpacked than an image may have. Entries are never written anywhere, so their paths are names and no more.
 */
final class ZipSource implements ImageSource {

    private final String source;
    private final FileBytes file;
    private final ZipArchiveInputStream zip;
    private boolean ended;

    private ZipSource(String source, FileBytes file) {
        this.source = source;
        this.file = file;
        this.zip = new ZipArchiveInputStream(file.stream(), StandardCharsets.UTF_8.name());
    }

    /** @param source what the file is called to people */
    static ZipSource open(Path file, String source) throws IOException {
        return new ZipSource(source, FileBytes.open(file, false));
    }

    @Override
    public Optional<Found> next() {
        while (!ended) {
            try {
                ZipArchiveEntry entry = zip.getNextEntry();
                if (entry == null) {
                    ended = true;
                } else if (!entry.isDirectory()) {
                    return Optional.of(read(entry));
                }
            } catch (IOException | IllegalArgumentException damaged) {
                ended = true;
                return Optional.of(new Found.Unreadable(source, "is damaged or cut off: " + damaged.getMessage()));
            }
        }
        return Optional.empty();
    }

    private Found read(ZipArchiveEntry entry) throws IOException {
        String path = entry.getName();
        String where = source + "/" + path;
        // Beside each file that macOS packs lies one of its own, of the same name, that is no image.
        if (path.substring(path.lastIndexOf('/') + 1).startsWith(".") || path.startsWith("__MACOSX/")) {
            return new Found.Skipped(where);
        }
        if (!zip.canReadEntryData(entry)) {
            return FileKind.saysImage(path)
                    ? new Found.Unreadable(where, "is encrypted, or packed in a way that cannot be read")
                    : new Found.Skipped(where);
        }
        byte[] head = zip.readNBytes(FileKind.HEAD_BYTES);
        if (FileKind.of(path, head) != FileKind.IMAGE) {
            return new Found.Skipped(where);
        }
        if (head.length == 0) {
            return new Found.Unreadable(where, "is empty");
        }
        if (entry.getSize() > MAX_IMAGE_BYTES) { // -1 where it is said after the data
            return new Found.Unreadable(where, FileSource.tooLarge(entry.getSize()));
        }
        byte[] rest = zip.readNBytes(MAX_IMAGE_BYTES - head.length + 1); // grows with what is really there
        if (head.length + rest.length > MAX_IMAGE_BYTES) {
            return new Found.Unreadable(where, "has more than the " + MAX_IMAGE_BYTES + " bytes that are allowed");
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
        return file.read();
    }

    @Override
    public void close() {
        ended = true;
        file.close();
    }
}
