package io.streamclr.ingest.source;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * Files, one by one: a folder's in the order of their names, depth first, or a single one. Archives among them are read
 * where they lie. Only the listings of the folders on the way are in memory.
 */
final class FileSource implements ImageSource {

    /** One folder on the way down, with what is left in it. */
    private record Level(Path realFolder, String source, Iterator<Path> rest) {}

    private final Deque<Level> levels = new ArrayDeque<>();
    /** An archive that is being read; null between archives. */
    private ImageSource archive;

    private long archiveBytes;
    private long bytesBehind;
    private final Reading reading;

    private FileSource(Reading reading) {
        this.reading = reading;
    }

    static FileSource folder(Path folder, Reading reading) {
        FileSource files = new FileSource(reading);
        try {
            files.levels.push(list(folder, nameOf(folder)));
        } catch (IOException unreadable) {
            throw new RefusalException("The folder " + folder + " cannot be read because it " + why(unreadable));
        }
        return files;
    }

    static ImageSource file(Path file, Reading reading) {
        return file(file, "", reading);
    }

    /** @param folder what the folder that it lies in is called to people; empty for a file that was named by itself */
    static ImageSource file(Path file, String folder, Reading reading) {
        FileSource files = new FileSource(reading);
        Path parent = file.toAbsolutePath().getParent();
        files.levels.push(new Level(parent, folder, List.of(file).iterator()));
        return files;
    }

    @Override
    public Optional<Found> next() {
        while (true) {
            if (archive != null) {
                Optional<Found> inside = archive.next();
                if (inside.isPresent()) {
                    return inside;
                }
                archive.close();
                archive = null;
                bytesBehind += archiveBytes;
            }
            if (levels.isEmpty()) {
                return Optional.empty();
            }
            if (!levels.peek().rest().hasNext()) {
                levels.pop();
                continue;
            }
            Optional<Found> found = look(levels.peek().rest().next());
            if (found.isPresent()) {
                return found;
            }
        }
    }

    /** What is at the path; empty if it is a folder or an archive, whose contents come next, or belongs to one. */
    private Optional<Found> look(Path path) {
        String name = nameOf(path);
        String folder = levels.peek().source();
        String source = folder.isEmpty() ? name : folder + "/" + name;
        if (ImageSource.isHidden(path) && !folder.isEmpty()) {
            return Optional.of(Found.Skipped.hidden(source));
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                Path real = path.toRealPath();
                if (levels.stream().anyMatch(level -> real.equals(level.realFolder()))) {
                    return Optional.of(new Found.Unreadable(source, "is a link to a folder that it lies in"));
                }
                levels.push(list(path, source));
                return Optional.empty();
            }
            if (!attributes.isRegularFile()) {
                return Optional.of(new Found.Skipped(source, "is no file but a pipe, a socket or a device"));
            }
            archiveBytes = attributes.size();
            Optional<Found> found = read(path, source, attributes);
            bytesBehind += archive == null ? attributes.size() : 0;
            return found;
        } catch (IOException unreadable) {
            return Optional.of(new Found.Unreadable(source, why(unreadable)));
        } catch (RefusalException refused) {
            return Optional.of(new Found.Unreadable(source, "is damaged: " + refused.getMessage()));
        }
    }

    private static Level list(Path folder, String source) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            // By name and not by path: paths compare differently on other systems.
            Comparator<Path> byName =
                    Comparator.comparing(entry -> entry.getFileName().toString());
            return new Level(
                    folder.toRealPath(), source, entries.sorted(byName).toList().iterator());
        } catch (UncheckedIOException whileListing) {
            throw whileListing.getCause();
        }
    }

    private Optional<Found> read(Path file, String source, BasicFileAttributes attributes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] head = in.readNBytes(FileKind.HEAD_BYTES);
            if (head.length == 0) {
                return Optional.of(
                        FileKind.saysImage(source)
                                ? new Found.Unreadable(source, "is empty")
                                : Found.Skipped.noImage(source));
            }
            FileKind kind = FileKind.of(source, head);
            if (kind == FileKind.IMAGE) {
                return Optional.of(image(source, attributes, head, in));
            }
            Packing packing = kind.packing();
            FileKind inside = packing == Packing.NONE ? kind : kindInside(source, file, packing);
            archive = archive(file, source, inside, packing);
            boolean read = archive != null || (inside == FileKind.IDX_LABELS && IdxSource.hasImages(file));
            return read ? Optional.empty() : Optional.of(skipped(source, inside, packing));
        }
    }

    private static Found skipped(String source, FileKind inside, Packing packing) {
        return switch (inside) {
            case VIDEO -> new Found.Skipped(source, "is a video (they count with --fps)");
            case IDX_LABELS -> new Found.Skipped(source, "holds labels, and their images do not lie beside it");
            case IMAGE, ZIP, PARQUET, CIFAR_10, CIFAR_100, GZIP, BZIP2, XZ, ZSTD ->
                packing == Packing.NONE
                        ? Found.Skipped.noImage(source)
                        : new Found.Skipped(source, "is compressed once more than it is by itself; unpack it");
            case TAR, IDX_IMAGES, OTHER -> Found.Skipped.noImage(source);
        };
    }

    /** What reads a file of this kind; null if it holds no images that anybody reads. */
    private ImageSource archive(Path file, String source, FileKind kind, Packing packing) throws IOException {
        // Most are compressed in themselves, or never: with more around them hardly anybody meets them.
        boolean packed = packing != Packing.NONE;
        return switch (kind) {
            case TAR -> TarSource.open(file, source, packing, reading);
            case IDX_IMAGES -> IdxSource.open(file, source, packing);
            case ZIP -> packed ? null : ZipSource.open(file, source, reading);
            case PARQUET -> packed ? null : ParquetSource.open(file, source, reading, ParquetLimits.usual());
            case CIFAR_10 -> packed ? null : CifarSource.open(file, source, 1);
            case CIFAR_100 -> packed ? null : CifarSource.open(file, source, 2);
            case VIDEO -> packed || reading.videos().areSkipped() ? null : VideoSource.open(file, source, reading);
            case IMAGE, IDX_LABELS, GZIP, BZIP2, XZ, ZSTD, OTHER -> null;
        };
    }

    private static FileKind kindInside(String source, Path packed, Packing packing) throws IOException {
        try (FileBytes inside = FileBytes.open(packed, packing)) {
            return FileKind.of(packing.nameInside(source), inside.stream().readNBytes(FileKind.HEAD_BYTES));
        }
    }

    private Found image(String source, BasicFileAttributes attributes, byte[] head, InputStream rest)
            throws IOException {
        long size = attributes.size();
        if (size > reading.maxImageBytes()) {
            return new Found.Unreadable(source, reading.tooLarge(size));
        }
        byte[] encoded = Arrays.copyOf(head, (int) Math.max(size, head.length));
        int length = head.length + rest.readNBytes(encoded, head.length, encoded.length - head.length);
        if (length != size || rest.read() >= 0) {
            return new Found.Unreadable(source, "changed while it was read");
        }
        return new Found.Image(
                source, encoded, OptionalInt.empty(), inMilliseconds(attributes.lastModifiedTime()), Map.of());
    }

    /** Modification time in whole milliseconds: what a record keeps. */
    static Instant modified(Path file) throws IOException {
        return inMilliseconds(Files.getLastModifiedTime(file));
    }

    private static Instant inMilliseconds(FileTime time) {
        return time.toInstant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static String nameOf(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        String name = last == null ? "" : last.toString();
        // The names of folders in object stores end with a slash.
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    /** Ends the sentence "it cannot be read because it ...". */
    static String why(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "is not permitted to this user";
        }
        if (failure instanceof NoSuchFileException) {
            return "is not there (any more)";
        }
        return "gives an error: " + failure.getMessage();
    }

    @Override
    public long bytesRead() {
        return bytesBehind + (archive == null ? 0 : archive.bytesRead());
    }

    @Override
    public void close() {
        levels.clear();
        if (archive != null) {
            archive.close();
        }
    }
}
