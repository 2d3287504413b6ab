package io.streamclr.trainer.encoder;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The checkpoints in a run's folder for one who only reads: the run may be at work, and nothing is held or changed. */
public final class SavedSteps {

    private static final Pattern STEP = Pattern.compile("step-(\\d{8,18})");

    private SavedSteps() {}

    /**
     * The steps that have a checkpoint, the newest first; none if there is no such folder.
     *
     * @throws RefusalException if the folder cannot be read
     */
    public static List<Long> in(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.map(entry -> STEP.matcher(name(entry)))
                    .filter(Matcher::matches)
                    .map(name -> Long.valueOf(name.group(1)))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException none) {
            return List.of();
        } catch (IOException unreadable) {
            throw refusal("The checkpoint folder " + folder, unreadable);
        }
    }

    /**
     * The folder of the newest checkpoint that is complete; empty if there is none, or no such folder. One that is being
     * written on an object store is passed over.
     *
     * @throws RefusalException if the folder cannot be read
     */
    public static Optional<Path> newest(Path folder) {
        return in(folder).stream()
                .map(step -> place(folder, step))
                .filter(ContentSums::isSealed)
                .findFirst();
    }

    /**
     * Where the checkpoint of a step lies, which is complete and as it was written.
     *
     * @param folder of the run
     * @throws RefusalException if there is none, naming the steps that have one, or it is damaged
     */
    public static Path require(Path folder, long step) {
        List<Long> steps = in(folder);
        if (!steps.contains(step)) {
            throw new RefusalException("There is no checkpoint of step " + step + " in " + folder + ", "
                    + (steps.isEmpty()
                            ? "and none of another step; check --run and --checkpoints"
                            : "only of step "
                                    + steps.stream().map(String::valueOf).collect(Collectors.joining(", "))
                                    + "; take two of these, or train with a larger --keep"));
        }
        Path place = place(folder, step);
        Optional<String> damage = ContentSums.damage(place);
        if (damage.isPresent()) {
            throw new RefusalException(
                    "The checkpoint " + place + " is damaged, because " + damage.get() + "; take another one");
        }
        return place;
    }

    /** Whether a folder is a complete checkpoint, of which no file may be changed any more. */
    public static boolean isCheckpoint(Path folder) {
        return ContentSums.isSealed(folder);
    }

    /**
     * SHA-256 of each file of a complete checkpoint, by its name, as it was when it was saved.
     *
     * @throws RefusalException if they cannot be read
     */
    public static Map<String, String> digests(Path checkpoint) {
        try {
            return ContentSums.digests(checkpoint);
        } catch (IOException unreadable) {
            throw refusal("The checkpoint " + checkpoint, unreadable);
        }
    }

    /** Where the checkpoint of a step lies or would lie. Object stores take for a folder what ends with a slash. */
    public static Path place(Path folder, long step) {
        return folder.resolve(String.format("step-%08d/", step));
    }

    /** The step of a checkpoint that lies here. */
    public static long step(Path place) {
        return Long.parseLong(name(place).substring("step-".length()));
    }

    /** Its last name; object stores end those of folders with a slash. */
    public static String name(Path path) {
        String name = path.getFileName().toString();
        return name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    }

    /** What to tell who asked for a checkpoint that cannot be read. @param what it is, and where */
    public static RefusalException refusal(String what, IOException unreadable) {
        return new RefusalException(
                what + " cannot be read (" + FileFault.of(unreadable) + "); take another one", unreadable);
    }
}
