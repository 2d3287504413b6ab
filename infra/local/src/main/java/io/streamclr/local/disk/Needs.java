package io.streamclr.local.disk;

import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What is going to lie on the disk of a folder, part by part. */
public final class Needs {

    /** What PyTorch's library takes when it is unpacked. */
    private static final long LIBRARY_BYTES = 440L << 20;

    private final Path folder;
    private final Map<String, Long> parts = new LinkedHashMap<>();

    private Needs(Path folder) {
        this.folder = folder;
    }

    /** @param folder that need not be there yet */
    public static Needs of(Path folder) {
        return new Needs(folder.toAbsolutePath().normalize());
    }

    /** One part more; nothing of 0 bytes or fewer. */
    public Needs and(String what, long bytes) {
        if (bytes > 0) {
            parts.merge(what, bytes, Long::sum);
        }
        return this;
    }

    /** PyTorch's library, where it is kept in this folder and is not there yet. */
    public Needs andPyTorch() {
        String cache = System.getProperty("ENGINE_CACHE_DIR", "");
        boolean here = !cache.isEmpty() && Path.of(cache).startsWith(folder);
        return here && bytesUnder(Path.of(cache), "") < LIBRARY_BYTES * 9 / 10
                ? and("PyTorch's library", LIBRARY_BYTES)
                : this;
    }

    /** All parts together. */
    public long bytes() {
        return parts.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Holds the needs against what is left.
     *
     * @return what is left beyond them
     * @throws RefusalException if the disk has too little room, with what takes it
     */
    public long require() {
        long usable = usableAt(folder);
        if (usable < bytes()) {
            throw new RefusalException("The disk of " + folder + " has " + (usable >> 20) + " MiB left, but this needs "
                    + mib(bytes()) + " MiB ("
                    + parts.entrySet().stream()
                            .map(part -> part.getKey() + " " + mib(part.getValue()))
                            .collect(Collectors.joining(", "))
                    + "); free some, or choose another folder with --home");
        }
        return usable - bytes();
    }

    private static long mib(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }

    private static long usableAt(Path folder) {
        Path there = folder;
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        try {
            return Files.getFileStore(there).getUsableSpace();
        } catch (IOException unknown) {
            return Long.MAX_VALUE; // whoever writes there says what is wrong
        }
    }

    /**
     * What the files of a folder, or a file, hold; what cannot be looked at counts as nothing.
     *
     * @param suffix of their names; empty for all
     */
    public static long bytesUnder(Path place, String suffix) {
        Sum sum = new Sum(suffix);
        try {
            Files.walkFileTree(place, sum);
        } catch (IOException unreadable) {
            return sum.bytes;
        }
        return sum.bytes;
    }

    private static final class Sum extends SimpleFileVisitor<Path> {

        private final String suffix;
        private long bytes;

        private Sum(String suffix) {
            this.suffix = suffix;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            bytes += attributes.isRegularFile() && file.toString().endsWith(suffix) ? attributes.size() : 0;
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException unreadable) {
            return FileVisitResult.CONTINUE;
        }
    }
}
