package io.streamclr.ingest;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a run has done so far, or in the end.
 *
 * @param sent images that the broker acknowledged
 * @param alreadyThere images that the topic had before
 * @param duplicates images whose bytes this run had sent before
 * @param nearDuplicates images that were left out because one that looks alike is there
 * @param unreadable files and entries that should be images and cannot be had: empty, damaged, too large, not permitted
 * @param skipped files and entries that do not claim to be images
 * @param bytes bytes of the acknowledged messages
 * @param elapsed since the first file was looked at
 * @param share how much of all is done, 0 to 1; not a number while nobody knows
 * @param troubles the first {@value #MOST_TROUBLES} unreadable ones by name, each with its reason
 */
public record IngestReport(
        long sent,
        long alreadyThere,
        long duplicates,
        long nearDuplicates,
        long unreadable,
        long skipped,
        long bytes,
        Duration elapsed,
        double share,
        List<String> troubles,
        List<Skipped> skippedWhy) {

    /** How many unreadable files are listed; the others are counted. */
    public static final int MOST_TROUBLES = 20;

    /** How many skipped files are listed of those that were skipped for the same reason. */
    public static final int MOST_NAMED_OF_A_REASON = 3;

    /**
     * What was skipped for one reason.
     *
     * @param why ends the sentence "is skipped because it ..."
     * @param names of the first
     */
    public record Skipped(String why, long count, List<String> names) {
        public Skipped {
            names = List.copyOf(names);
        }
    }

    public IngestReport {
        troubles = List.copyOf(troubles);
        skippedWhy = List.copyOf(skippedWhy);
    }

    /** Acknowledged images per second. */
    public double imagesPerSecond() {
        return elapsed.isZero() ? 0 : sent * 1e9 / elapsed.toNanos();
    }

    /** How long the rest takes at the pace so far; empty while nobody knows. */
    public Optional<Duration> remaining() {
        return share > 0 && share <= 1
                ? Optional.of(Duration.ofMillis((long) (elapsed.toMillis() * (1 - share) / share)))
                : Optional.empty();
    }

    /** Everything that was looked at. */
    public long looked() {
        return sent + alreadyThere + duplicates + nearDuplicates + unreadable + skipped;
    }
}
