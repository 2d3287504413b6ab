package io.streamclr.ingest.source;

import io.streamclr.ingest.classes.Labels;
import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import java.io.Closeable;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A place with encoded images, read once. The same place gives the same images in the same order every time. For one
 * thread.
 */
public interface ImageSource extends Closeable {

    /** The next image, or the next thing that is none; empty at the end, and then for good. */
    Optional<Found> next();

    /** Bytes of files that have been read, packed as they are: how far it is, compared with their sizes. */
    long bytesRead();

    /** What people should know, a sentence each: before it begins, and, after that, what turns up as it goes on. */
    default List<String> notes() {
        return List.of();
    }

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
        return all(List.of(path), reading);
    }

    /**
     * The same of one place among others that nobody knows yet: its folders' classes have names and no numbers, as each
     * place would number its own.
     */
    static ImageSource openAmongOthers(Path path, Reading reading) {
        requireThere(path);
        List<Path> place = List.of(path);
        return new SeveralPlaces(
                place, reading, FolderClasses.of(place, reading).withoutNumbers());
    }

    /**
     * At most so many images of a place for somebody who wants no more: all of them in their order, or, of more, a fair
     * sample in a random order. Of files that are read from front to back and whose folders are no classes it is the first,
     * for so data sets are made that were shuffled before.
     */
    static ImageSource sample(Path path, Reading reading, long most) {
        requireThere(path);
        FolderClasses classes = FolderClasses.of(List.of(path), reading);
        ShuffledPlaces shuffled = new ShuffledPlaces(List.of(path), reading, classes, 1, most);
        if (shuffled.holdsMoreThan(most)) {
            return shuffled;
        }
        shuffled.close();
        return new SeveralPlaces(List.of(path), reading, classes);
    }

    /** Places as a sentence names them, with commas. */
    static String inWords(List<Path> places) {
        return OneLine.of(places.stream().map(Path::toString).collect(Collectors.joining(", ")));
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

    /**
     * These places, one after the other; each is opened when its turn comes. Their classes are numbered together.
     *
     * @throws RefusalException if nothing is at the first, or a folder cannot be listed
     */
    static ImageSource all(List<Path> paths, Reading reading) {
        requireThere(paths.get(0));
        return new SeveralPlaces(paths, reading, FolderClasses.of(paths, reading));
    }

    /**
     * What these places hold, in an order that looks random and is a function of the seed and of the names of files and
     * entries alone, as {@link ShuffledPlaces} says.
     *
     * @param wanted how many images are to be taken; then the first of them are a fair sample of all
     * @throws RefusalException if nothing is at one of them, or a folder cannot be listed
     */
    static ImageSource shuffled(List<Path> paths, Reading reading, long seed, long wanted) {
        paths.forEach(ImageSource::requireThere);
        return new ShuffledPlaces(paths, reading, FolderClasses.of(paths, reading), seed, wanted);
    }

    /**
     * Opens one file as it is found in a folder, for somebody who walks folders otherwise. Nobody knows what else is there,
     * so a class, which has to be asked for, is a name without a number.
     *
     * @param folder what the folder is called to people, in front of the file's name
     */
    static ImageSource openIn(Path file, String folder, Reading reading) {
        FolderClasses classes = reading.labels() == Labels.FOLDERS ? FolderClasses.UNNUMBERED : FolderClasses.NONE;
        String front = folder.contains("/") ? folder.substring(0, folder.indexOf('/')) : folder;
        return FileSource.file(file, folder, file, front, reading, classes, 1);
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
