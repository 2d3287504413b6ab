package io.streamclr.ingest;

import java.time.Duration;
import java.util.List;

/**
 * What a run has done so far, or in the end.
 *
 * @param sent images that the broker acknowledged
 * @param alreadyThere images that the topic had before
 * @param duplicates images whose bytes this run had sent before
 * @param unreadable files and entries that should be images and cannot be had: empty, damaged, too large, not permitted
 * @param skipped files and entries that do not claim to be images
 * @param bytes bytes of the acknowledged messages
 * @param elapsed since the first file was looked at
 * @param troubles the first {@value #MOST_TROUBLES} unreadable ones by name, each with its reason
 */
public record IngestReport(
        long sent,
        long alreadyThere,
        long duplicates,
        long unreadable,
        long skipped,
        long bytes,
        Duration elapsed,
        List<String> troubles) {

    /** How many unreadable files are named; the others are counted. */
    public static final int MOST_TROUBLES = 20;

    public IngestReport {
        troubles = List.copyOf(troubles);
    }

    /** Acknowledged images per second. */
    public double imagesPerSecond() {
        return elapsed.isZero() ? 0 : sent * 1e9 / elapsed.toNanos();
    }

    /** Everything that was looked at. */
    public long looked() {
        return sent + alreadyThere + duplicates + unreadable + skipped;
    }
}
