package io.streamclr.augment;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
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

/** The checkpoints and savepoints that earlier starts of the job have left in a local folder. */
final class CheckpointFolder {

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
                    "The folder " + folder + " for checkpoints cannot be made: " + failed + "; name another one",
                    failed);
        }
        if (!Files.isWritable(folder)) {
            throw new RefusalException("The folder " + folder
                    + " for checkpoints cannot be written to; name another one, or let this user write there");
        }
        return new CheckpointFolder(folder);
    }

    /**
     * The newest complete checkpoint or savepoint: Flink moves its metadata into place when all else is written. What
     * vanishes meanwhile is passed over, for a job that ended with a savepoint still takes its checkpoints away.
     *
     * @throws RefusalException if the folder cannot be read
     */
    Optional<Path> newest() {
        Newest newest = new Newest();
        try {
            Files.walkFileTree(folder, Set.of(), DEPTH, newest);
        } catch (IOException failed) {
            throw new RefusalException(
                    "The folder " + folder + " for checkpoints cannot be read: " + failed + "; name another one",
                    failed);
        }
        return Optional.ofNullable(newest.metadata).map(Path::getParent);
    }

    private static final class Newest extends SimpleFileVisitor<Path> {

        private static final Comparator<FileTime> BY_TIME = Comparator.nullsFirst(Comparator.naturalOrder());

        private Path metadata;
        private FileTime written;

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile() && file.endsWith("_metadata")) {
                int order = BY_TIME.compare(attributes.lastModifiedTime(), written);
                if (order > 0 || (order == 0 && file.compareTo(metadata) > 0)) {
                    metadata = file;
                    written = attributes.lastModifiedTime();
                }
            }
            return FileVisitResult.CONTINUE;
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
