package io.streamclr.ingest.source;

import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import java.io.Closeable;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A place with encoded images, read once from front to back. The same place gives the same images in the same order
 * every time. For one thread.
 */
public interface ImageSource extends Closeable {

    /** The next image, or the next thing that is none; empty at the end, and then for good. */
    Optional<Found> next();

    /** Bytes of files that lie behind, packed as they are: how far it is, compared with their sizes. */
    long bytesRead();

    /** Gives back what is open; what was handed out stays valid. */
    @Override
    void close();

    /**
     * Opens a folder (with all folders in it), a tar file in WebDataset form, as it is or compressed, a zip file,
     * a Parquet file with a column of images, a file of IDX images with or without gzip, a file of CIFAR in its binary
     * form, or a single image.
     *
     * <p>In a folder, every regular file counts whose name or first bytes say that it is one of these; files and folders
     * whose names begin with a dot are skipped. An {@link Found.Image#source} is the path below the given folder, with that
     * folder's name in front: where the folder lies makes no difference.
     *
     * @throws RefusalException if nothing is there, or the folder cannot be listed
     */
    static ImageSource open(Path path) {
        return open(path, Reading.usual());
    }

    /** The same, read in this way. */
    static ImageSource open(Path path, Reading reading) {
        requireThere(path);
        return Files.isDirectory(path) ? FileSource.folder(path, reading) : FileSource.file(path, reading);
    }

    /** @throws RefusalException if nothing is there */
    static void requireThere(Path path) {
        if (!Files.exists(path)) {
            boolean here = path.getFileSystem().equals(FileSystems.getDefault());
            throw new RefusalException("There is no folder or file "
                    + OneLine.of(here ? path.toString() : path.toUri().toString()) + "; check the path"
                    + (here ? "" : " (the path of a folder in an object store ends with /)"));
        }
    }

    /** These places, one after the other; each is opened when its turn comes. */
    static ImageSource all(List<Path> paths, Reading reading) {
        return new SeveralPlaces(paths, reading);
    }

    /**
     * Opens one file as it is found in a folder, for somebody who walks folders otherwise.
     *
     * @param folder what the folder is called to people, in front of the file's name
     */
    static ImageSource openIn(Path file, String folder, Reading reading) {
        return FileSource.file(file, folder, reading);
    }

    /** Whether a file or folder of this name is passed over where it lies in a folder. */
    static boolean isHidden(Path path) {
        return String.valueOf(path.getFileName()).startsWith(".");
    }

    /** The images alone, without what is no image. Closing the stream closes this source. */
    default Stream<Found.Image> images() {
        return Stream.iterate(next(), Optional::isPresent, before -> next())
                .map(Optional::get)
                .filter(Found.Image.class::isInstance)
                .map(Found.Image.class::cast)
                .onClose(this::close);
    }
}
