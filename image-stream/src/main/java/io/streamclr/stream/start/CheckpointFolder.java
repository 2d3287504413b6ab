package io.streamclr.stream.start;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The checkpoints and savepoints that earlier starts of the job have left in a local folder. */
final class CheckpointFolder {

    private static final Logger LOG = LoggerFactory.getLogger(CheckpointFolder.class);

    /** A job's checkpoints lie in a folder of its id, savepoints beside those folders. */
    private static final int DEPTH = 3;

    private final Path folder;

    private CheckpointFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The folder, made where it is missing.
     *
     * @throws RefusalException if it cannot be made or written to
     */
    static CheckpointFolder at(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException failed) {
            throw new RefusalException(
                    "The folder " + folder + " for checkpoints cannot be made: " + FileFault.of(failed)
                            + "; name another one",
                    failed);
        }
        if (!Files.isWritable(folder)) {
            throw new RefusalException("The folder " + folder
                    + " for checkpoints cannot be written to; name another one, or let this user write there");
        }
        return new CheckpointFolder(folder);
    }

    /**
     * The newest complete checkpoint or savepoint: Flink moves its metadata into place when all else is written, and counts
     * on where it goes on from one, so the highest number is the newest whatever a clock said. What vanishes meanwhile is
     * passed over, for a job that ended with a savepoint still takes its checkpoints away.
     *
     * @throws RefusalException if the folder cannot be read
     */
    Optional<Path> newest() {
        Newest newest = new Newest();
        try {
            Files.walkFileTree(folder, Set.of(), DEPTH, newest);
        } catch (IOException failed) {
            throw new RefusalException(
                    "The folder " + folder + " for checkpoints cannot be read: " + FileFault.of(failed)
                            + "; name another one",
                    failed);
        }
        return newest.newest.map(complete -> complete.metadata().getParent());
    }

    private record Complete(long number, FileTime written, Path metadata) {}

    private static final class Newest extends SimpleFileVisitor<Path> {

        private static final Comparator<Complete> ORDER = Comparator.comparingLong(Complete::number)
                .thenComparing(Complete::written)
                .thenComparing(Complete::metadata);

        private Optional<Complete> newest = Optional.empty();

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            if (attributes.isRegularFile() && file.endsWith("_metadata")) {
                try {
                    Complete found = new Complete(number(file), attributes.lastModifiedTime(), file);
                    newest = newest.filter(other -> ORDER.compare(other, found) > 0)
                            .or(() -> Optional.of(found));
                } catch (StreamCorruptedException | EOFException damaged) {
                    LOG.warn("checkpoint passed over, its metadata is damaged file={}", file);
                } catch (NoSuchFileException taken) {
                    return FileVisitResult.CONTINUE;
                }
            }
            return FileVisitResult.CONTINUE;
        }

        /** Whatever the version, a checkpoint's number follows it. */
        private static long number(Path metadata) throws IOException {
            try (DataInputStream in = new DataInputStream(Files.newInputStream(metadata))) {
                if (in.readInt() != Checkpoints.HEADER_MAGIC_NUMBER) {
                    throw new StreamCorruptedException("no metadata of Flink's");
                }
                in.readInt();
                return in.readLong();
            }
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
            if (failed instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failed;
        }
    }
}
