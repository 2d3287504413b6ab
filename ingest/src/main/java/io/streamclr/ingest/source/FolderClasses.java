package io.streamclr.ingest.source;

import io.streamclr.ingest.classes.ClassLayout;
import io.streamclr.ingest.classes.ClassName;
import io.streamclr.ingest.classes.Labels;
import io.streamclr.schemas.OneLine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The classes that the folders of some places say, with one numbering for all of them. Every folder that was given, and
 * every archive, is looked at by itself; archives that do not look like classes by themselves are looked at together, as
 * if they had been unpacked into one folder, for so large data sets are cut into pieces.
 */
final class FolderClasses {

    /** Nobody says a class. */
    static final FolderClasses NONE = new FolderClasses(Labels.NONE, Map.of(), List.of());

    /** Every first folder is a class; there may be more than anybody knows now, so they have no numbers. */
    static final FolderClasses UNNUMBERED = new FolderClasses(Labels.FOLDERS, Map.of(), List.of());

    private static final int MOST_NAMED = 12;

    private final Labels labels;
    /** By folder or archive, and then by the path of a folder in it. */
    private final Map<Path, Map<String, ClassName>> known;

    private final List<String> notes;

    private FolderClasses(Labels labels, Map<Path, Map<String, ClassName>> known, List<String> notes) {
        this.labels = labels;
        this.known = known;
        this.notes = notes;
    }

    /** Looks through these places for folders with images; reads names, and no picture. */
    static FolderClasses of(List<Path> places, Reading reading) {
        if (reading.labels() == Labels.NONE) {
            return NONE;
        }
        FolderSurvey survey = FolderSurvey.of(places, reading.labels());
        Map<Path, ClassLayout> layouts = new HashMap<>();
        add(survey.folders(), reading.labels(), layouts);
        Map<Path, ClassLayout> ofArchives = new HashMap<>();
        add(survey.archives(), reading.labels(), ofArchives);
        if (ofArchives.size() < survey.archives().size()) {
            Set<String> together = new HashSet<>();
            survey.archives().values().forEach(together::addAll);
            ClassLayout.of(together, reading.labels())
                    .ifPresent(layout -> survey.archives().keySet().forEach(each -> ofArchives.put(each, layout)));
        }
        layouts.putAll(ofArchives);
        Map<Path, Set<String>> all = new HashMap<>(survey.folders());
        all.putAll(survey.archives());
        return numbered(reading.labels(), all, layouts, survey.isTooLarge());
    }

    private static void add(Map<Path, Set<String>> folders, Labels labels, Map<Path, ClassLayout> layouts) {
        folders.forEach((container, inside) ->
                ClassLayout.of(inside, labels).ifPresent(layout -> layouts.put(container, layout)));
    }

    private static FolderClasses numbered(
            Labels labels, Map<Path, Set<String>> folders, Map<Path, ClassLayout> layouts, boolean tooLarge) {
        SortedSet<String> names = new TreeSet<>(ClassName.ORDER);
        layouts.forEach((container, layout) -> names.addAll(layout.classes(folders.get(container))));
        Map<String, ClassName> numbered = new HashMap<>();
        names.forEach(name -> numbered.put(name, new ClassName(OptionalInt.of(numbered.size()), OneLine.of(name))));
        Map<Path, Map<String, ClassName>> known = new HashMap<>();
        layouts.forEach((container, layout) -> {
            Map<String, ClassName> inside = new HashMap<>();
            folders.get(container).forEach(folder -> layout.classOf(folder)
                    .ifPresent(name -> inside.put(folder, numbered.get(name))));
            known.put(container, inside);
        });
        return new FolderClasses(labels, known, notes(labels, names, folders, tooLarge));
    }

    private static List<String> notes(
            Labels labels, SortedSet<String> names, Map<Path, Set<String>> folders, boolean tooLarge) {
        List<String> notes = new ArrayList<>();
        if (tooLarge) {
            notes.add("no classes from folder names: images lie in more than " + FolderSurvey.MOST_FOLDERS
                    + " folders, or the paths of these have more than " + FolderSurvey.MOST_CHARACTERS
                    + " characters, which nobody has classes for");
        } else if (!names.isEmpty()) {
            notes.add(String.format("%,d classes from folder names: ", names.size())
                    + names.stream().limit(MOST_NAMED).map(OneLine::of).collect(Collectors.joining(", "))
                    + (names.size() > MOST_NAMED ? ", ..." : "") + "; --labels none turns this off");
        } else if (labels == Labels.AUTO && folders.values().stream().anyMatch(inside -> inside.size() > 1)) {
            notes.add(
                    "no classes from folder names, for the images do not all lie exactly one folder deep; if the first"
                            + " folder of each is its class all the same, say --labels folders");
        }
        return notes;
    }

    /** The same names for somebody who opens place after place, and cannot number the classes of all together. */
    FolderClasses withoutNumbers() {
        Map<Path, Map<String, ClassName>> names = new HashMap<>();
        known.forEach((container, inside) -> {
            Map<String, ClassName> unnumbered = new HashMap<>();
            inside.forEach((folder, name) -> unnumbered.put(folder, new ClassName(OptionalInt.empty(), name.name())));
            names.put(container, unnumbered);
        });
        return new FolderClasses(labels, names, notes);
    }

    /** What people should know of them. */
    List<String> notes() {
        return notes;
    }

    /** @param front what the folder or archive is called to people, with which the names of all sources in it begin */
    Found of(Path container, String front, Found found) {
        if (!says(container)
                || !(found instanceof Found.Image image)
                || (image.label().isPresent() && labels == Labels.AUTO)) {
            return found;
        }
        String folder = folderOf(image.source(), front);
        if (this == UNNUMBERED) {
            return ClassLayout.firstFolder(folder)
                    .<Found>map(name -> image.of(new ClassName(OptionalInt.empty(), OneLine.of(name))))
                    .orElse(image);
        }
        return Optional.ofNullable(known.get(container).get(folder))
                .<Found>map(image::of)
                .orElse(found);
    }

    /** Whether some images have a class. */
    boolean areKnown() {
        return !known.isEmpty();
    }

    private boolean says(Path container) {
        return this == UNNUMBERED || known.containsKey(container);
    }

    private static String folderOf(String source, String front) {
        int end = source.lastIndexOf('/');
        return end <= front.length() ? "" : source.substring(front.length() + 1, end);
    }

    /** What an archive holds, with classes. @param archive may be null, and is then */
    ImageSource in(Path file, String front, ImageSource archive) {
        return archive == null || !says(file) ? archive : new Named(file, front, archive);
    }

    private final class Named implements ImageSource {

        private final Path file;
        private final String front;
        private final ImageSource archive;

        Named(Path file, String front, ImageSource archive) {
            this.file = file;
            this.front = front;
            this.archive = archive;
        }

        @Override
        public Optional<Found> next() {
            return archive.next().map(found -> of(file, front, found));
        }

        @Override
        public long bytesRead() {
            return archive.bytesRead();
        }

        @Override
        public void close() {
            archive.close();
        }
    }
}
