package io.streamclr.local.broker;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a broker.
 *
 * @param folder which one
 * @param others further ones under the same home, which were used before
 */
record BrokerHome(Path folder, List<Path> others) {

    /**
     * The broker of a folder, or of those that demos and experiments left under it the one that ran last.
     *
     * @throws RefusalException if there is none
     */
    static BrokerHome in(Path home) {
        if (BrokerFolder.holdsData(home)) {
            return new BrokerHome(home, List.of());
        }
        List<Path> found = new ArrayList<>(Stream.of("demo", "experiments")
                .map(home::resolve)
                .flatMap(place -> below(place).stream())
                .filter(BrokerFolder::holdsData)
                .sorted(Comparator.comparing(BrokerHome::lastUsed).reversed())
                .toList());
        if (found.isEmpty()) {
            throw new RefusalException(
                    "No broker has run in " + home + ", nor in a demo or an experiment under it; give"
                            + " the folder of one with --home, or run 'streamclr demo' first");
        }
        return new BrokerHome(found.remove(0), List.copyOf(found));
    }

    private static List<Path> below(Path place) {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(place)) {
            return folders.toList();
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "The folder " + place + " cannot be read (" + FileFault.of(unreadable) + "); give the folder of a"
                            + " broker with --home",
                    unreadable);
        }
    }

    private static FileTime lastUsed(Path folder) {
        try {
            Path settings = folder.resolve("kafka/server.properties");
            return Files.exists(settings) ? Files.getLastModifiedTime(settings) : FileTime.fromMillis(0);
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
