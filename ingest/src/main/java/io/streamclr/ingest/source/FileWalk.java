package io.streamclr.ingest.source;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The regular files of a folder in the order of their names, depth first, or a single one. Only the listings of the
 * folders on the way are in memory.
 */
final class FileWalk {

    /** What lies at a path. */
    sealed interface Step {}

    /**
     * A regular file that is not hidden.
     *
     * @param folder what the folder that it lies in is called to people: the walked folder's name, and the path below that;
     *     empty for a file that was given by itself
     */
    record File(Path path, String folder, BasicFileAttributes attributes) implements Step {

        /** What the file is called to people. */
        String source() {
            return folder.isEmpty() ? nameOf(path) : folder + "/" + nameOf(path);
        }
    }

    /** Something else, or something that cannot be looked at. */
    record Other(Found found) implements Step {}

    /** One folder on the way down, with what is left in it. */
    private record Level(Path realFolder, String source, Iterator<Path> rest) {}

    private final Deque<Level> levels = new ArrayDeque<>();

    private FileWalk() {}

    /** Of a folder with all that is in it, or of a file. @throws RefusalException if the folder cannot be listed */
    static FileWalk at(Path place) {
        return Files.isDirectory(place) ? folder(place) : file(place, "");
    }

    private static FileWalk folder(Path folder) {
        FileWalk walk = new FileWalk();
        try {
            walk.levels.push(list(folder, nameOf(folder)));
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "The folder " + folder + " cannot be read because it " + FileSource.why(unreadable));
        }
        return walk;
    }

    /** @param folder what the folder that it lies in is called to people; empty for a file that was given by itself */
    static FileWalk file(Path file, String folder) {
        FileWalk walk = new FileWalk();
        Path parent = file.toAbsolutePath().getParent();
        walk.levels.push(new Level(parent, folder, List.of(file).iterator()));
        return walk;
    }

    /** The next; empty at the end. */
    Optional<Step> next() {
        while (!levels.isEmpty()) {
            if (!levels.peek().rest().hasNext()) {
                levels.pop();
                continue;
            }
            Optional<Step> step = look(levels.peek().rest().next());
            if (step.isPresent()) {
                return step;
            }
        }
        return Optional.empty();
    }

    /** What is at the path; empty if it is a folder, whose contents come next. */
    private Optional<Step> look(Path path) {
        String folder = levels.peek().source();
        String source = folder.isEmpty() ? nameOf(path) : folder + "/" + nameOf(path);
        if (ImageSource.isHidden(path) && !folder.isEmpty()) {
            return Optional.of(new Other(Found.Skipped.hidden(source)));
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                Path real = path.toRealPath();
                if (levels.stream().anyMatch(level -> real.equals(level.realFolder()))) {
                    return Optional.of(
                            new Other(new Found.Unreadable(source, "is a link to a folder that it lies in")));
                }
                levels.push(list(path, source));
                return Optional.empty();
            }
            if (!attributes.isRegularFile()) {
                return Optional.of(new Other(new Found.Skipped(source, "is no file but a pipe, a socket or a device")));
            }
            return Optional.of(new File(path, folder, attributes));
        } catch (IOException unreadable) {
            return Optional.of(new Other(new Found.Unreadable(source, FileSource.why(unreadable))));
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

    static String nameOf(Path path) {
        Path last = path.toAbsolutePath().normalize().getFileName();
        String name = last == null ? "" : last.toString();
        // The names of folders in object stores end with a slash.
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    /** Goes no further. */
    void end() {
        levels.clear();
    }
}
