package io.streamclr.ingest.source;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Files, one by one: a folder's as {@link FileWalk} meets them, or a single one. Archives among them are read where they
 * lie.
 */
final class FileSource implements ImageSource {

    private final FileWalk walk;
    private final Path container;
    private final String front;
    private final Reading reading;
    private final FolderClasses classes;
    private final int atOnce;
    /** An archive that is being read; null between archives. */
    private ImageSource archive;

    private long archiveBytes;
    private long bytesDone;

    private FileSource(
            FileWalk walk, Path container, String front, Reading reading, FolderClasses classes, int atOnce) {
        this.walk = walk;
        this.container = container;
        this.front = front;
        this.reading = reading;
        this.classes = classes;
        this.atOnce = atOnce;
    }

    /** A folder with all that is in it, or a file. @param classes of the images in it */
    static FileSource at(Path place, Reading reading, FolderClasses classes) {
        return new FileSource(FileWalk.at(place), place, FileWalk.nameOf(place), reading, classes, 1);
    }

    /**
     * One file of a folder, or by itself.
     *
     * @param folder what the folder that it lies in is called to people; empty for a file that was given by itself
     * @param container the folder that was given, by which classes are known
     * @param front what that folder is called to people
     * @param atOnce how many archives are read at the same time, between which memory is divided
     */
    static FileSource file(
            Path file,
            String folder,
            Path container,
            String front,
            Reading reading,
            FolderClasses classes,
            int atOnce) {
        return new FileSource(FileWalk.file(file, folder), container, front, reading, classes, atOnce);
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
                bytesDone += archiveBytes;
            }
            Optional<FileWalk.Step> step = walk.next();
            if (step.isEmpty()) {
                return Optional.empty();
            }
            Optional<Found> found = step.get() instanceof FileWalk.File file
                    ? look(file)
                    : Optional.of(((FileWalk.Other) step.get()).found());
            if (found.isPresent()) {
                return found;
            }
        }
    }

    /** What the file is; empty if it is an archive, whose contents come next, or belongs to one. */
    private Optional<Found> look(FileWalk.File file) {
        try {
            archiveBytes = file.attributes().size();
            Optional<Found> found = read(file.path(), file.source(), file.attributes());
            bytesDone += archive == null ? file.attributes().size() : 0;
            return found;
        } catch (IOException unreadable) {
            return Optional.of(new Found.Unreadable(file.source(), why(unreadable)));
        } catch (RefusalException refused) {
            return Optional.of(new Found.Unreadable(file.source(), "is damaged: " + refused.getMessage()));
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
                return Optional.of(classes.of(container, front, image(source, attributes, head, in)));
            }
            Packing packing = kind.packing();
            FileKind inside = packing == Packing.NONE ? kind : kindInside(source, file, packing);
            archive = classes.in(file, source, archive(file, source, inside, packing));
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
            case TAR -> TarSource.open(file, source, packing, reading, atOnce);
            case IDX_IMAGES -> IdxSource.open(file, source, packing);
            case ZIP -> packed ? null : ZipSource.open(file, source, reading);
            case PARQUET -> packed ? null : ParquetSource.open(file, source, reading, ParquetLimits.usual());
            case CIFAR_10 -> packed ? null : CifarSource.open(file, source, 1);
            case CIFAR_100 -> packed ? null : CifarSource.open(file, source, 2);
            case VIDEO -> packed || reading.videos().areSkipped() ? null : VideoSource.open(file, source, reading);
            case IMAGE, IDX_LABELS, GZIP, BZIP2, XZ, ZSTD, OTHER -> null;
        };
    }

    static FileKind kindInside(String source, Path packed, Packing packing) throws IOException {
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

    /** Ends the sentence "it cannot be read because it ...". */
    static String why(IOException failure) {
        if (failure instanceof AccessDeniedException) {
            return "is not permitted to this user";
        }
        if (failure instanceof NoSuchFileException) {
            return "is not there (any more)";
        }
        return "gives an error: " + FileFault.of(failure);
    }

    @Override
    public long bytesRead() {
        return bytesDone + (archive == null ? 0 : archive.bytesRead());
    }

    @Override
    public void close() {
        walk.end();
        if (archive != null) {
            archive.close();
        }
    }
}
