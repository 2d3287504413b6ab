package io.streamclr.ingest.source;

import io.streamclr.ingest.classes.Labels;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * In which folders the images of some places lie, by the names of files and of what archives hold. A tar file that can
 * only be read from front to back is unpacked for it once, but for those whose first image tells that there are none.
 */
final class FolderSurvey {

    /** ImageNet in full has 21,841 classes. */
    static final int MOST_FOLDERS = 100_000;

    /** Of all paths together; cut into parts of one letter each they take some 200 MB of memory. */
    static final int MOST_CHARACTERS = 8 << 20;

    /** Linux has no longer paths; an archive that claims one was made up. */
    private static final int LONGEST_PATH = 4096;

    private final Labels labels;
    private final Map<Path, Set<String>> folders = new LinkedHashMap<>();
    private final Map<Path, Set<String>> archives = new LinkedHashMap<>();
    private int count;
    private long characters;

    private FolderSurvey(Labels labels) {
        this.labels = labels;
    }

    static FolderSurvey of(List<Path> places, Labels labels) {
        FolderSurvey survey = new FolderSurvey(labels);
        for (Path place : places) {
            FileWalk walk = FileWalk.at(place);
            Set<String> inside = new HashSet<>();
            for (Optional<FileWalk.Step> step = walk.next(); step.isPresent() && !survey.isTooLarge(); ) {
                if (step.get() instanceof FileWalk.File file) {
                    survey.look(file, FileWalk.nameOf(place), inside);
                }
                step = walk.next();
            }
            if (!inside.isEmpty()) {
                survey.folders.put(place, inside);
            }
        }
        if (survey.isTooLarge()) {
            survey.folders.clear();
            survey.archives.clear();
        }
        return survey;
    }

    private void look(FileWalk.File file, String place, Set<String> inside) {
        String name = FileWalk.nameOf(file.path());
        if (FileKind.saysImage(name)) {
            if (!file.folder().isEmpty()) {
                add(file.folder().length() > place.length() ? file.folder().substring(place.length() + 1) : "", inside);
            }
            return;
        }
        Set<String> found = new HashSet<>();
        try {
            lookInside(file.path(), name, found);
        } catch (IOException | RefusalException | IllegalArgumentException unreadable) {
            forget(found);
            return; // who reads it says so
        }
        if (!found.isEmpty()) {
            archives.put(file.path(), found);
        }
    }

    private void lookInside(Path file, String name, Set<String> found) throws IOException {
        FileKind kind;
        try (InputStream in = Files.newInputStream(file)) {
            kind = FileKind.of(name, in.readNBytes(FileKind.HEAD_BYTES));
        }
        Packing packing = kind.packing();
        FileKind inside = packing == Packing.NONE ? kind : FileSource.kindInside(name, file, packing);
        if (inside == FileKind.TAR) {
            try (TarHeaders headers = TarHeaders.of(file, packing)) {
                while (headers.next() && entry(headers.name(), found)) {
                    continue;
                }
            }
        } else if (inside == FileKind.ZIP && packing == Packing.NONE) {
            ZipSource.Entries entries = ZipDirectory.entriesOf(file);
            try {
                for (var entry = entries.next(); entry != null; entry = entries.next()) {
                    if (!entry.isDirectory() && !entry(entry.getName(), found)) {
                        return;
                    }
                }
            } finally {
                entries.close();
            }
        }
    }

    /** Takes note of an entry of an archive; false if the others do not matter any more. */
    private boolean entry(String path, Set<String> found) {
        int end = path.lastIndexOf('/') + 1;
        if (end > LONGEST_PATH) {
            forget(found);
            add("", found);
            return false;
        }
        String name = path.substring(end);
        if (name.startsWith(".") || path.startsWith("__MACOSX/")) {
            return true;
        }
        String folder = path.substring(0, path.length() - name.length());
        if (FileKind.saysImage(name)) {
            add(folder.endsWith("/") ? folder.substring(0, folder.length() - 1) : folder, found);
        }
        // By themselves images in the root, and labels of an archive's own, tell that its folders are no classes.
        boolean noClasses = labels == Labels.AUTO
                && (name.endsWith(".cls") || (FileKind.saysImage(name) && (folder.isEmpty() || folder.equals("./"))));
        if (noClasses) {
            forget(found);
            add("", found);
        }
        return !noClasses && !isTooLarge();
    }

    private void add(String folder, Set<String> inside) {
        if (inside.add(folder)) {
            count++;
            characters += folder.length();
        }
    }

    private void forget(Set<String> inside) {
        count -= inside.size();
        characters -= inside.stream().mapToLong(String::length).sum();
        inside.clear();
    }

    /** Of the folders that were given, by their paths: those below in which images lie. */
    Map<Path, Set<String>> folders() {
        return folders;
    }

    /** The same of archives. */
    Map<Path, Set<String>> archives() {
        return archives;
    }

    /** Whether there were so many folders, or their paths were so long, that nobody looked further; there is none then. */
    boolean isTooLarge() {
        return count > MOST_FOLDERS || characters > MOST_CHARACTERS;
    }
}
