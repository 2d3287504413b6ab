package io.streamclr.augment;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

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

    /** The newest complete checkpoint or savepoint: Flink moves its metadata into place when all else is written. */
    Optional<Path> newest() {
        try (Stream<Path> files = Files.find(
                folder, DEPTH, (file, attributes) -> attributes.isRegularFile() && file.endsWith("_metadata"))) {
            return files.max(Comparator.comparing(CheckpointFolder::written).thenComparing(Path::toString))
                    .map(Path::getParent);
        } catch (IOException | UncheckedIOException failed) {
            throw new RefusalException(
                    "The folder " + folder + " for checkpoints cannot be read: " + failed + "; name another one",
                    failed);
        }
    }

    private static FileTime written(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException vanished) {
            throw new UncheckedIOException(vanished);
        }
    }
}
