package io.streamclr.ingest.classes;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which part of a folder's path is a class: the first below the folder that all images lie under, and below folders that
 * only divide them, such as {@code train} and {@code test}. Paths are relative, with / between their parts.
 */
public final class ClassLayout {

    /** The names by which Hugging Face calls the parts of a data set. */
    private static final Set<String> SPLITS =
            Set.of("train", "training", "test", "testing", "eval", "evaluation", "val", "valid", "validation", "dev");

    /** A name that is longer is no name of a file system, and comes from an archive that somebody made up. */
    private static final int MOST_CHARACTERS = 255;

    private final int before;
    private final boolean exact;

    private ClassLayout(int before, boolean exact) {
        this.before = before;
        this.exact = exact;
    }

    /**
     * What these folders are, all in which images lie.
     *
     * <p>By {@link Labels#AUTO} they are classes only if every image lies exactly one folder below the one that they have in
     * common, or below one that divides them, and there are two classes at least. By {@link Labels#FOLDERS} the first folder
     * is the class, whatever lies below it, and what lies in none has no class.
     *
     * @param folders of images; an empty one is the root
     * @return empty if they are no classes
     */
    public static Optional<ClassLayout> of(Collection<String> folders, Labels labels) {
        List<String[]> all = new ArrayList<>();
        for (String folder : folders) {
            String[] parts = parts(folder);
            if (parts.length > 0) {
                all.add(parts);
            } else if (labels == Labels.AUTO) {
                return Optional.empty();
            }
        }
        if (labels == Labels.NONE || all.isEmpty()) {
            return Optional.empty();
        }
        int common = common(all);
        boolean divided = all.stream().allMatch(parts -> isSplit(parts[common]));
        int before = divided ? common + 1 : common;
        if (labels == Labels.AUTO && all.stream().anyMatch(parts -> parts.length != before + 1)) {
            return Optional.empty();
        }
        ClassLayout layout = new ClassLayout(before, labels == Labels.AUTO);
        int classes = layout.classes(folders).size();
        return classes >= (labels == Labels.AUTO ? 2 : 1) ? Optional.of(layout) : Optional.empty();
    }

    /** How many parts all of them begin with, the last of each left out. */
    private static int common(List<String[]> all) {
        String[] first = all.get(0);
        int common = first.length - 1;
        for (String[] parts : all) {
            int same = 0;
            while (same < Math.min(common, parts.length - 1) && parts[same].equals(first[same])) {
                same++;
            }
            common = same;
        }
        return common;
    }

    /** The classes that are among these folders, in their order. */
    public SortedSet<String> classes(Collection<String> folders) {
        SortedSet<String> classes = new TreeSet<>(ClassName.ORDER);
        folders.forEach(folder -> classOf(folder).ifPresent(classes::add));
        return classes;
    }

    /** The class of what lies in one of the folders. */
    public Optional<String> classOf(String folder) {
        String[] parts = parts(folder);
        boolean fits = exact ? parts.length == before + 1 : parts.length > before;
        return fits && parts[before].length() <= MOST_CHARACTERS ? Optional.of(parts[before]) : Optional.empty();
    }

    /** The class by {@link Labels#FOLDERS} of what lies in a folder while nobody knows the others. */
    public static Optional<String> firstFolder(String folder) {
        String[] parts = parts(folder);
        int before = parts.length > 0 && isSplit(parts[0]) ? 1 : 0;
        return new ClassLayout(before, false).classOf(folder);
    }

    private static boolean isSplit(String name) {
        return SPLITS.contains(name.toLowerCase(Locale.ROOT));
    }

    private static String[] parts(String folder) {
        return Arrays.stream(folder.split("/"))
                .filter(part -> !part.isEmpty() && !part.equals("."))
                .toArray(String[]::new);
    }
}
