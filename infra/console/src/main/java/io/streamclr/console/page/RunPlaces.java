package io.streamclr.console.page;

import io.streamclr.schemas.OneLine;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the folders of runs by what a person calls them.
 *
 * @param checkpoints the folder of the folders of runs
 * @param home where demos lie
 */
record RunPlaces(Path checkpoints, Path home) {

    private static final int MOST_NAMED = 10;
    private static final String DEMO = "demo";

    /**
     * The folder of a run.
     *
     * @param word its folder, a checkpoint in it, its name, or {@code demo}
     * @throws RefusalException if there is none
     */
    Path find(String word) {
        Path folder = Path.of(word);
        if (RecordedRun.isOne(folder)) {
            return folder;
        }
        if (Files.isDirectory(folder)
                && folder.toAbsolutePath().getParent() != null
                && RecordedRun.isOne(folder.toAbsolutePath().normalize().getParent())) {
            return folder.toAbsolutePath().normalize().getParent();
        }
        if (!folder.isAbsolute() && RecordedRun.isOne(checkpoints.resolve(word))) {
            return checkpoints.resolve(word);
        }
        Optional<Path> demo = word.equals(DEMO) ? newestDemo() : Optional.empty();
        return demo.orElseThrow(() -> word.equals(DEMO)
                ? noDemo()
                : new RefusalException("There is no run " + OneLine.of(word)
                        + ", as a directory with metrics.jsonl or run.jsonl or by that name in " + checkpoints
                        + "; give its directory, or --checkpoints" + known()));
    }

    private RefusalException noDemo() {
        return new RefusalException("No demo has begun to train under " + home + "; start one with 'streamclr demo',"
                + " or give the --home that it has");
    }

    private Optional<Path> newestDemo() {
        try (Stream<Path> demos = Files.list(home.resolve(DEMO))) {
            return demos.map(each -> each.resolve("checkpoints").resolve(DEMO))
                    .filter(RecordedRun::isOne)
                    .max(Comparator.comparingLong(run -> run.toFile().lastModified()));
        } catch (IOException none) {
            return Optional.empty();
        }
    }

    private String known() {
        try (Stream<Path> inside = Files.list(checkpoints)) {
            List<String> names = inside.filter(RecordedRun::isOne)
                    .map(run -> OneLine.of(run.getFileName().toString()))
                    .sorted()
                    .toList();
            return names.isEmpty()
                    ? ""
                    : ". The runs in there are "
                            + names.stream().limit(MOST_NAMED).collect(Collectors.joining(", "))
                            + (names.size() > MOST_NAMED ? ", ..." : "");
        } catch (IOException notThere) {
            return "";
        }
    }
}
