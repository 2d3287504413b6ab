package io.streamclr.ingest;

import io.streamclr.ingest.source.ImageSource;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;

/**
 * How many bytes lie under some paths, counted beside the run, which does not wait for it: with millions of files that
 * takes a while. Ends with the run.
 */
final class Extent implements AutoCloseable {

    private final Thread counting;
    private volatile boolean ended;
    /** -1 while it is being counted. */
    private volatile long bytes = -1;

    private Extent(List<Path> paths) {
        this.counting = new Thread(() -> count(paths), "count bytes");
        counting.setDaemon(true);
    }

    static Extent of(List<Path> paths) {
        Extent extent = new Extent(paths);
        extent.counting.start();
        return extent;
    }

    /** What share of the bytes is done, 0 to 1; not a number while they are being counted. */
    double share(long bytesRead) {
        return bytes <= 0 ? Double.NaN : Math.min(1, (double) bytesRead / bytes);
    }

    private void count(List<Path> paths) {
        long sum = 0;
        for (Path path : paths) {
            Sum below = new Sum(path);
            try {
                Files.walkFileTree(path, Set.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, below);
            } catch (IOException unreadable) {
                return; // the run itself will say so
            }
            sum += below.bytes;
        }
        bytes = ended ? -1 : sum;
    }

    private final class Sum extends SimpleFileVisitor<Path> {

        private final Path root;
        private long bytes;

        Sum(Path root) {
            this.root = root;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return !folder.equals(root) && ImageSource.isHidden(folder)
                    ? FileVisitResult.SKIP_SUBTREE
                    : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes += file.equals(root) || !ImageSource.isHidden(file) ? attributes.size() : 0;
            return ended ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
            return FileVisitResult.CONTINUE;
        }
    }

    @Override
    public void close() {
        ended = true;
    }
}
