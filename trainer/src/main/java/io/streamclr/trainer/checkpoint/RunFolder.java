package io.streamclr.trainer.checkpoint;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.model.Architecture;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder of one run, with one folder in it for each checkpoint, {@code step-00001200}. A checkpoint is written
 * beside its place, forced to the disk and moved there, so whoever looks sees all of it or nothing. One process at a
 * time may hold a run's folder.
 */
public final class RunFolder implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunFolder.class);
    private static final Pattern STEP = Pattern.compile("step-(\\d{8,18})");
    private static final String PARTIAL = ".partial";
    private static final String LOCK = "lock";

    private final Path folder;
    private final int keep;
    private final FileChannel lockFile;

    private RunFolder(Path folder, int keep, FileChannel lockFile) {
        this.folder = folder;
        this.keep = keep;
        this.lockFile = lockFile;
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
        FileChannel lockFile = null;
        try {
            Files.createDirectories(folder);
            lockFile = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = lockFile.tryLock();
            if (lock == null) {
                throw new OverlappingFileLockException();
            }
            RunFolder run = new RunFolder(folder, keep, lockFile);
            for (Path leftover : run.list(name -> name.endsWith(PARTIAL))) {
                delete(leftover);
            }
            return run;
        } catch (OverlappingFileLockException held) {
            closeQuietly(lockFile);
            throw new RefusalException(
                    "Another trainer is writing to " + folder + "; stop it, or give this one another --run", held);
        } catch (FileAlreadyExistsException file) {
            throw new RefusalException(
                    "The checkpoints cannot go to " + folder + " because a file is there; give another --checkpoints",
                    file);
        } catch (IOException unwritable) {
            closeQuietly(lockFile);
            throw new RefusalException(
                    "The checkpoint folder " + folder + " cannot be used (" + reason(unwritable)
                            + "); give a --checkpoints folder that this user may write to",
                    unwritable);
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
                        "The checkpoint " + candidate + " cannot be read (" + reason(unreadable)
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
        for (Map.Entry<String, String> setting : now.entrySet()) {
            String old = before.get(setting.getKey());
            if (old != null && !old.equals(setting.getValue())) {
                throw new RefusalException(
                        "The run in " + candidate.getParent() + " was begun with " + setting.getKey() + " "
                                + old + " and cannot go on with " + setting.getValue()
                                + "; give it as it was, or begin another --run");
            }
        }
    }

    /**
     * Saves a checkpoint and lets go of those that are too many.
     *
     * @return its folder
     * @throws RefusalException if it cannot be written; what was saved before is still there
     */
    public Path save(Checkpoint checkpoint) {
        long step = checkpoint.origin().step();
        Path place = folder.resolve(String.format("step-%08d", step));
        Path partial = folder.resolve(place.getFileName() + PARTIAL);
        try {
            if (Files.isDirectory(place)) {
                if (ContentSums.damage(place).isEmpty()) {
                    return place;
                }
                delete(place);
            }
            Files.createDirectory(partial);
            CheckpointForm.write(partial, checkpoint);
            ContentSums.seal(partial);
            Files.move(partial, place, StandardCopyOption.ATOMIC_MOVE);
            ContentSums.forceFolder(folder);
        } catch (IOException full) {
            deleteQuietly(partial);
            throw new RefusalException(
                    "Step " + step + " cannot be saved in " + folder + " (" + reason(full) + "); "
                            + saved().stream()
                                    .findFirst()
                                    .map(newest -> newest.getFileName() + " is the newest that is safe")
                                    .orElse("no checkpoint is there yet")
                            + ", so make room and start again with the same --run",
                    full);
        }
        LOG.info("checkpoint saved step={} path={}", step, place);
        List<Path> saved = saved();
        saved.subList(Math.min(keep, saved.size()), saved.size()).forEach(RunFolder::deleteQuietly);
        return place;
    }

    /** The checkpoints in place, the newest first, damaged ones among them. */
    public List<Path> saved() {
        List<Path> saved = new ArrayList<>(list(name -> STEP.matcher(name).matches()));
        saved.sort(Comparator.comparingLong(RunFolder::step).reversed());
        return saved;
    }

    private static long step(Path saved) {
        return Long.parseLong(saved.getFileName().toString().substring("step-".length()));
    }

    private List<Path> list(java.util.function.Predicate<String> wanted) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> wanted.test(entry.getFileName().toString()))
                    .toList();
        } catch (IOException unreadable) {
            throw new RefusalException(
                    "The checkpoint folder " + folder + " cannot be listed (" + reason(unreadable)
                            + "); give a --checkpoints folder that this user may read",
                    unreadable);
        }
    }

    private static String reason(IOException failure) {
        String kind = failure.getClass().getSimpleName();
        String message = failure.getMessage();
        return message == null ? kind : kind.equals("IOException") ? message : kind + ": " + message;
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
            LOG.warn("checkpoint folder left behind path={} reason=\"{}\"", folder, reason(left));
        }
    }

    private static void closeQuietly(FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException unclosed) {
            LOG.warn("lock file not closed reason=\"{}\"", reason(unclosed));
        }
    }

    /** Lets others have the folder. */
    @Override
    public void close() {
        closeQuietly(lockFile);
    }
}
