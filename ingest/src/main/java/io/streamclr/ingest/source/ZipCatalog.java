package io.streamclr.ingest.source;

import io.streamclr.schemas.identity.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/** The entries of a zip file, whose directory says where they lie. */
final class ZipCatalog implements Catalog {

    private final Path file;
    private final String source;
    private final Reading reading;
    private final FolderClasses classes;
    private final long seed;
    private final ZipFile zip;
    private final List<ZipArchiveEntry> entries;
    private final long bytes;

    private ZipCatalog(
            Path file, String source, Reading reading, FolderClasses classes, long seed, ZipFile zip, long bytes) {
        this.file = file;
        this.source = source;
        this.reading = reading;
        this.classes = classes;
        this.seed = seed;
        this.zip = zip;
        this.bytes = bytes;
        this.entries = Collections.list(zip.getEntriesInPhysicalOrder()).stream()
                .filter(entry -> !entry.isDirectory())
                .toList();
    }

    /**
     * Reads the directory, which stays in memory.
     *
     * @param source what the file is called to people
     * @param mostBytes that it may take
     * @return empty if it is damaged, which reading it from front to back tells more of, or takes more memory
     */
    static Optional<ZipCatalog> of(
            Path file, String source, Reading reading, FolderClasses classes, long seed, long mostBytes) {
        try {
            return ZipDirectory.of(file, mostBytes)
                    .map(directory -> new ZipCatalog(
                            file, source, reading, classes, seed, directory.zip(), directory.bytesInMemory()));
        } catch (IOException | RuntimeException damaged) {
            return Optional.empty();
        }
    }

    long bytes() {
        return bytes;
    }

    @Override
    public int count() {
        return entries.size();
    }

    @Override
    public long key(int thing) {
        return Seeds.of(seed, entries.get(thing).getName(), 0);
    }

    @Override
    public ImageSource open(int thing) {
        return classes.in(file, source, ZipSource.of(source, reading, ZipDirectory.some(zip, entries.get(thing))));
    }

    @Override
    public void close() {
        ZipDirectory.close(zip);
    }
}
