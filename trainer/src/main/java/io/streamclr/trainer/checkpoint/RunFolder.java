package io.streamclr.trainer.checkpoint;

import io.streamclr.schemas.FileFault;
import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.encoder.ContentSums;
import io.streamclr.trainer.encoder.SavedSteps;
import io.streamclr.trainer.model.Architecture;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one run, with one folder in it for each checkpoint, {@code step-00001200}. On the machine's own file
 * systems a checkpoint is written beside its place, forced to the disk and moved there, so whoever looks sees all of it
 * or nothing, and one process at a time may hold the folder. Others, such as object stores, cannot move a folder at
 * once and have no locks: there a checkpoint counts from when its digests are written, which are the last of it.
 */
public final class RunFolder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
    /** Ends the names of what is not complete; what a killed process left of it is deleted. */
    static final String PARTIAL = ".partial";

    private static final String KEEP = ".keep";
    private static final String LOCK = "lock";
    /** What is in a folder before a run's first step. */
    private static final Set<String> OF_A_START = Set.of(LOCK, StartingEncoder.FILE);

    private final Path folder;
    private final int keep;
    private final Optional<FileChannel> lockFile;
    /** Those that were made for it, the innermost first. */
    private final List<Path> made;

    /** Passed over by {@link #newest}; they go when a sound one takes their place. */
    private final Set<Path> damaged = new HashSet<>();

    private RunFolder(Path folder, int keep, Optional<FileChannel> lockFile, List<Path> made) {
        this.folder = folder;
        this.keep = keep;
        this.lockFile = lockFile;
        this.made = made;
    }

    /**
     * Takes hold of a run's folder, made where there is none, and clears away what a killed process left half written.
     *
     * @param keep how many checkpoints to keep, 1 or more; older ones go when a new one is in place
     * @throws RefusalException if another process holds it, or it cannot be written to
     */
    public static RunFolder open(Path folder, int keep) {
        if (keep < 1) {
            throw new IllegalArgumentException("A run keeps 1 checkpoint or more, not " + keep);
        }
        Optional<FileChannel> lockFile = Optional.empty();
        List<Path> made = missing(folder);
        try {
            Files.createDirectories(folder);
            lockFile = lock(folder);
            RunFolder run = new RunFolder(folder, keep, lockFile, made);
            run.clearLeftovers();
            return run;
        } catch (OverlappingFileLockException held) {
            throw new RefusalException(
                    "Another trainer is writing to " + folder + "; stop it, or give this one another --run", held);
        } catch (FileAlreadyExistsException file) {
            throw new RefusalException(
                    "The checkpoints cannot go to " + folder + " because a file is there; give another --checkpoints",
                    file);
        } catch (IOException unwritable) {
            lockFile.ifPresent(RunFolder::closeQuietly);
            made.forEach(RunFolder::deleteIfEmpty);
            throw new RefusalException(
                    "The checkpoint folder " + folder + " cannot be used (" + FileFault.of(unwritable)
                            + "); give a --checkpoints folder that this user may write to",
                    unwritable);
        }
    }

    /** The folders of a path that are not there yet, the innermost first; none where folders need not be made. */
    private static List<Path> missing(Path folder) {
        List<Path> missing = new ArrayList<>();
        for (Path at = folder.toAbsolutePath(); isOwn(at) && at != null && Files.notExists(at); at = at.getParent()) {
            missing.add(at);
        }
        return missing;
    }

    private static void deleteIfEmpty(Path folder) {
        try {
            Files.deleteIfExists(folder);
        } catch (IOException used) {
            LOG.debug("folder stays path={} reason=\"{}\"", folder, FileFault.of(used));
        }
    }

    /** Empty where the file system has no locks. */
    private static Optional<FileChannel> lock(Path folder) throws IOException {
        if (!isOwn(folder)) {
            return Optional.empty();
        }
        FileChannel file = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (file.tryLock() == null) {
                throw new OverlappingFileLockException();
            }
            return Optional.of(file);
        } catch (OverlappingFileLockException | IOException held) {
            closeQuietly(file);
            throw held;
        }
    }

    /** Whether folders can be moved at once and files be locked. */
    private static boolean isOwn(Path path) {
        return path.getFileSystem() == FileSystems.getDefault();
    }

    /** Whether no other process may write here; false where the file system has no locks. */
    public boolean isLocked() {
        return lockFile.isPresent();
    }

    private boolean holdsNothingOfARun() {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.allMatch(file -> OF_A_START.contains(SavedSteps.name(file)));
        } catch (IOException unreadable) {
            LOG.debug("folder stays path={} reason=\"{}\"", folder, FileFault.of(unreadable));
            return false;
        }
    }

    /** Deletes what a killed process left half written. */
    private void clearLeftovers() throws IOException {
        for (Path leftover : partial()) {
            delete(leftover);
        }
        for (Path place : isOwn(folder) ? List.<Path>of() : saved()) {
            if (!ContentSums.isSealed(place)) {
                delete(place);
            }
        }
    }

    /**
     * The newest checkpoint whose files are as they were written. A damaged one is passed over with a warning.
     *
     * @param settings of the run now; they must be those of the checkpoint
     * @return empty if the run has no checkpoint yet
     * @throws RefusalException if all are damaged, or the settings differ
     */
    public Optional<Checkpoint> newest(Architecture architecture, Map<String, String> settings) {
        List<Path> saved = saved();
        for (Path candidate : saved) {
            Optional<String> damage = ContentSums.damage(candidate);
            if (damage.isPresent()) {
                damaged.add(candidate);
                LOG.warn(
                        "checkpoint damaged, going back to the one before it path={} damage=\"{}\"",
                        candidate,
                        damage.get());
                continue;
            }
            try {
                requireSettings(candidate, CheckpointForm.settings(candidate), settings);
                return Optional.of(CheckpointForm.read(candidate, architecture));
            } catch (IOException unreadable) {
                throw new RefusalException(
                        "The checkpoint " + candidate + " cannot be read (" + FileFault.of(unreadable)
                                + "); move it away to go on from the one before it",
                        unreadable);
            }
        }
        if (!saved.isEmpty()) {
            throw new RefusalException("Every checkpoint in " + folder + " is damaged, the newest because "
                    + ContentSums.damage(saved.get(0)).orElse("it changed just now")
                    + "; move the folder away to begin the run again from step 0");
        }
        return Optional.empty();
    }

    private static void requireSettings(Path candidate, Map<String, String> before, Map<String, String> now) {
        Differences differences = Differences.between(before, now);
        if (!differences.isEmpty()) {
            throw new RefusalException("The run in " + candidate.getParent() + " " + differences.sentence()
                    + "; give what it was begun with, or begin another --run");
        }
    }

    /** What others keep in a checkpoint's folder: too much to pass through memory, or none of this room's business. */
    @FunctionalInterface
    public interface MoreFiles {

        /** For a checkpoint that is complete without. */
        MoreFiles NONE = folder -> {};

        /**
         * Writes files into a checkpoint's folder; the digests that are taken afterwards hold for them too.
         *
         * @throws RefusalException if the checkpoint is not to be saved after all
         */
        void write(Path folder) throws IOException;

        /** These files and then the others. */
        default MoreFiles and(MoreFiles others) {
            return folder -> {
                write(folder);
                others.write(folder);
            };
        }
    }

    /** Saves a checkpoint that is complete without more. */
    public Path save(Checkpoint checkpoint) {
        return save(checkpoint, MoreFiles.NONE);
    }

    /**
     * Saves a checkpoint and lets go of those that are too many.
     *
     * @return its folder
     * @throws RefusalException if it cannot be written; what was saved before is still there
     */
    public Path save(Checkpoint checkpoint, MoreFiles more) {
        long step = checkpoint.origin().step();
        Path place = place(step);
        Path written = isOwn(folder) ? folder.resolve(SavedSteps.name(place) + PARTIAL) : place;
        try {
            if (isThere(place)) {
                if (ContentSums.damage(place).isEmpty()) {
                    return place;
                }
                delete(place);
            }
            Files.createDirectories(written);
            CheckpointForm.write(written, checkpoint);
            more.write(written);
            ContentSums.seal(written);
            if (!written.equals(place)) {
                Files.move(written, place, StandardCopyOption.ATOMIC_MOVE);
                ContentSums.force(folder);
            }
        } catch (RefusalException others) {
            if (!written.equals(place)) {
                deleteQuietly(written);
            }
            throw others;
        } catch (IOException full) {
            deleteQuietly(written);
            throw new RefusalException(
                    "Step " + step + " cannot be saved in " + folder + " (" + FileFault.of(full) + "); "
                            + saved().stream()
                                    .findFirst()
                                    .map(newest -> SavedSteps.name(newest) + " is the newest that is safe")
                                    .orElse("no checkpoint is there yet")
                            + ", so make room and start again with the same --run",
                    full);
        }
        LOG.info("checkpoint saved step={} path={}", step, place);
        retire(place);
        return place;
    }

    /** Deletes what a new checkpoint makes superfluous: what is damaged, and what is sound, too old and not kept. */
    private void retire(Path newest) {
        damaged.remove(newest);
        damaged.forEach(RunFolder::deleteQuietly);
        damaged.clear();
        saved().stream().skip(keep).filter(old -> !Files.exists(keepMark(old))).forEach(RunFolder::deleteQuietly);
    }

    /**
     * Takes a checkpoint out of those that go when they are too old, by an empty file beside it; whoever deletes that
     * file undoes it.
     *
     * @throws RefusalException if the file cannot be written
     */
    public void keepForGood(Path checkpoint) {
        write(keepMark(checkpoint), new byte[0]);
    }

    /** Checkpoints that are kept for good, the newest first. */
    public List<Path> keptForGood() {
        return saved().stream().filter(saved -> Files.exists(keepMark(saved))).toList();
    }

    private static Path keepMark(Path checkpoint) {
        return checkpoint.resolveSibling(SavedSteps.name(checkpoint) + KEEP);
    }

    /**
     * Leaves a note for people in the folder, over one of the same name.
     *
     * @throws RefusalException if it cannot be written
     */
    public Path note(String name, byte[] content) {
        return write(folder.resolve(name), content);
    }

    private Path write(Path file, byte[] content) {
        try {
            return Files.write(file, content);
        } catch (IOException full) {
            throw new RefusalException(
                    "The file " + file + " cannot be written (" + FileFault.of(full)
                            + "); make room, and see that this user" + " may write there",
                    full);
        }
    }

    /** Where the checkpoint of a step lies or would lie. */
    public Path place(long step) {
        return SavedSteps.place(folder, step);
    }

    /** The checkpoints in place, the newest first, damaged ones among them. */
    public List<Path> saved() {
        return SavedSteps.in(folder).stream().map(this::place).toList();
    }

    /** Object stores take any name for a folder's; there is one when something is in it. */
    private static boolean isThere(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return false;
        }
        try (Stream<Path> inside = Files.list(place)) {
            return inside.findAny().isPresent();
        }
    }

    private List<Path> partial() throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> SavedSteps.name(entry).endsWith(PARTIAL))
                    .toList();
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /** What cannot be deleted now is deleted at the next start or at the next save. */
    private static void deleteQuietly(Path folder) {
        try {
            if (Files.exists(folder)) {
                delete(folder);
            }
        } catch (IOException left) {
            LOG.warn("checkpoint folder not deleted path={} reason=\"{}\"", folder, FileFault.of(left));
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException unclosed) {
            LOG.warn("lock file not closed reason=\"{}\"", FileFault.of(unclosed));
        }
    }

    /** Lets others have the folder. A start that made it and came to nothing leaves none. */
    @Override
    public void close() {
        if (!made.isEmpty() && lockFile.isPresent() && holdsNothingOfARun()) {
            OF_A_START.forEach(file -> deleteIfEmpty(folder.resolve(file)));
            made.forEach(RunFolder::deleteIfEmpty);
        }
        lockFile.ifPresent(RunFolder::closeQuietly);
    }
}
