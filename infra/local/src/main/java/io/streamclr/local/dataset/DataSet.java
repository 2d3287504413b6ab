package io.streamclr.local.dataset;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A data set that the public can fetch.
 *
 * @param name for people
 * @param parts its files
 * @param ways to them, the first that is tried first
 */
record DataSet(String name, List<Part> parts, List<Way> ways) {

    /**
     * The folder with all files, whole and verified; what is missing is fetched by the first way that leads there.
     *
     * @throws RefusalException if no way leads there; it names each way's trouble
     */
    Path fetch(Path folder, FetchListener listener) {
        if (troubles(folder).isEmpty()) {
            return folder;
        }
        List<String> failures = new ArrayList<>();
        try {
            Files.createDirectories(folder);
            for (Way way : ways) {
                // Beside the target, so that a file can be moved into place whole.
                Path attempt = Files.createTempDirectory(folder, "fetching-");
                try {
                    way.fetchInto(attempt, parts, listener);
                    List<String> troubles = troubles(attempt);
                    if (troubles.isEmpty()) {
                        for (Part part : parts) {
                            Path target = folder.resolve(part.file());
                            Files.createDirectories(target.getParent());
                            Files.move(attempt.resolve(part.file()), target, StandardCopyOption.ATOMIC_MOVE);
                        }
                        return folder;
                    }
                    failures.add(way + ": " + troubles.get(0));
                } catch (IOException failed) {
                    failures.add(way + ": " + FileFault.of(failed));
                } finally {
                    delete(attempt);
                }
            }
        } catch (IOException unusable) {
            throw new RefusalException(
                    name + " cannot be stored in " + folder + " (" + FileFault.of(unusable)
                            + "); choose another folder with --home",
                    unusable);
        }
        throw new RefusalException(name + " cannot be fetched (" + String.join("; ", failures)
                + "); put its files " + parts.stream().map(Part::file).collect(Collectors.joining(", ")) + " into "
                + folder + " by hand, or use images of your own with --data DIR");
    }

    /** What is wrong with the files in the folder; empty if nothing is. */
    private List<String> troubles(Path folder) {
        return parts.stream()
                .map(part -> part.trouble(folder))
                .filter(trouble -> !trouble.isEmpty())
                .toList();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
