package io.streamclr.console.sink;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * A folder of this machine or of an object store in which files appear complete. One process at a time may have a folder of
 * this machine; object stores have no locks.
 */
final class Shelf implements AutoCloseable {

    private static final String LOCK = "export.lock";
    /** Readers of Parquet pass over files whose names begin with a dot. */
    private static final String HIDDEN = ".";

    private static final String PARTIAL = ".partial";

    private final Path folder;
    /** Where files are filled: in the folder itself, or on this machine where the folder is elsewhere. */
    private final Path desk;

    private final FileChannel lock;

    private Shelf(Path folder, Path desk, FileChannel lock) {
        this.folder = folder;
        this.desk = desk;
        this.lock = lock;
    }

    /** @throws RefusalException if it cannot be written to, or another process has it */
    static Shelf at(Path folder) {
        try {
            Files.createDirectories(folder);
            Path desk = isOwn(folder) ? folder : Files.createTempDirectory("streamclr-export");
            FileChannel lock =
                    FileChannel.open(desk.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!isLocked(lock)) {
                lock.close();
                throw new RefusalException("Another process is writing embeddings to " + folder
                        + "; stop it, or give another folder with --to");
            }
            return new Shelf(folder, desk, lock);
        } catch (IOException unwritable) {
            throw broken(folder, unwritable);
        }
    }

    private static boolean isLocked(FileChannel lock) throws IOException {
        try {
            return lock.tryLock() != null;
        } catch (OverlappingFileLockException ours) {
            return false;
        }
    }

    private static boolean isOwn(Path path) {
        return path.getFileSystem().equals(FileSystems.getDefault());
    }

    static RefusalException broken(Path folder, IOException failed) {
        return new RefusalException(
                "The embeddings cannot be written to " + folder + ": " + FileFault.of(failed)
                        + "; see to that, and give the same command again",
                failed);
    }

    Path folder() {
        return folder;
    }

    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** Where a file is filled until it is complete; one of that name that a killed process left is overwritten. */
    Path partial(String name) {
        return desk.resolve(HIDDEN + name + PARTIAL);
    }

    /** Puts a complete file in its place. */
    void put(Path complete, String name) throws IOException {
        Path place = folder.resolve(name);
        if (desk.equals(folder)) {
            Files.move(complete, place, StandardCopyOption.ATOMIC_MOVE);
            return;
        }
        try (OutputStream object = Files.newOutputStream(place)) {
            Files.copy(complete, object);
        } catch (IOException broken) {
            Files.deleteIfExists(place); // closed, it may have appeared with a part of its content
            throw broken;
        }
        Files.delete(complete);
    }

    /** A file of this machine with the content of one that is in place; the same where it is of this machine. */
    Path fetch(String name) throws IOException {
        Path place = folder.resolve(name);
        if (desk.equals(folder)) {
            return place;
        }
        Path copy = desk.resolve("fetched");
        Files.write(copy, Files.readAllBytes(place));
        return copy;
    }

    @Override
    public void close() {
        try {
            lock.close();
            if (!desk.equals(folder)) {
                try (Stream<Path> left = Files.list(desk)) {
                    for (Path file : left.toList()) {
                        Files.delete(file);
                    }
                }
                Files.delete(desk);
            }
        } catch (IOException left) {
            throw broken(folder, left);
        }
    }
}
