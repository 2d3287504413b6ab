package io.streamclr.stream.start;

import io.streamclr.schemas.RefusalException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Where the progress of a job is kept.
 *
 * @param folder a path or URI that Flink can write; empty to keep it in memory only
 * @param interval between two checkpoints, 10 ms or more
 */
public record Checkpoints(String folder, Duration interval) {

    /** In memory, every 5 seconds. */
    public static final Checkpoints DEFAULT = new Checkpoints("", Duration.ofSeconds(5));

    public Checkpoints {
        Objects.requireNonNull(folder, "folder");
        if (interval.compareTo(Duration.ofMillis(10)) < 0) {
            throw RefusalException.ofUsage("The checkpoint interval is " + interval.toMillis()
                    + " ms, but must be 10 ms or more; 5000 is usual");
        }
    }

    boolean kept() {
        return !folder.isEmpty();
    }

    /** The folder as Flink takes it. */
    String uri() {
        return folder.contains("://") ? folder : Path.of(folder).toUri().toString();
    }

    /**
     * The newest that is there, from which a job goes on.
     *
     * @throws RefusalException if the folder cannot be used
     */
    Optional<Path> newest() {
        // A folder elsewhere, such as s3://..., belongs to a cluster, and whoever runs the cluster restores the job.
        return !kept() || folder.contains("://")
                ? Optional.empty()
                : CheckpointFolder.at(Path.of(folder)).newest();
    }
}
