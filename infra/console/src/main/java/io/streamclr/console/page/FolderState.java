package io.streamclr.console.page;

import io.streamclr.console.probe.ResultFile;
import io.streamclr.trainer.record.FigureLines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/**
 * By what it shows that something of a run's folder has changed, for which nothing need be read.
 *
 * @param files of the folder itself, in which checkpoints come and go, and of the files in it that a page shows
 */
record FolderState(List<FileState> files) {

    private static final List<String> SHOWN = List.of("", FigureLines.FILE, RunSettings.JOURNAL, ResultFile.FILE);

    /**
     * One file.
     *
     * @param key tells it from another one of that name; empty where there is no file
     * @param changed in milliseconds since 1970
     */
    private record FileState(String key, long bytes, long changed) {

        static FileState of(Path file) {
            try {
                BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
                return new FileState(
                        String.valueOf(now.fileKey()),
                        now.size(),
                        now.lastModifiedTime().toMillis());
            } catch (IOException none) {
                return new FileState("", 0, 0);
            }
        }
    }

    /** @param run folder of the run; need not exist */
    static FolderState of(Path run) {
        return new FolderState(SHOWN.stream()
                .map(name -> FileState.of(name.isEmpty() ? run : run.resolve(name)))
                .toList());
    }
}
