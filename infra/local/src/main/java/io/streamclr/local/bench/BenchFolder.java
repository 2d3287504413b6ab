package io.streamclr.local.bench;

import io.streamclr.schemas.FileFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A folder for a broker's data and for images that were made up, which goes away with the process. */
final class BenchFolder {

    private BenchFolder() {}

    static Path make() throws IOException {
        return whileRunning(Files.createTempDirectory("streamclr-bench-"));
    }

    /** @param parent a folder that is there */
    static Path makeIn(Path parent) throws IOException {
        return whileRunning(Files.createTempDirectory(parent, "streamclr-bench-"));
    }

    private static Path whileRunning(Path folder) {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder), "clean up"));
        return folder;
    }

    /** What is left, the operating system clears away with its temporary files. */
    private static void delete(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path one : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(one);
            }
        } catch (IOException left) {
            System.err.println("Not all of " + folder + " could be deleted: " + FileFault.of(left));
        }
    }
}
