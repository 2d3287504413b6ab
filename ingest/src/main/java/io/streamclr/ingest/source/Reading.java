package io.streamclr.ingest.source;

import io.streamclr.ingest.classes.Labels;
import io.streamclr.schemas.RefusalException;
import io.streamclr.schemas.topic.Topic;
import java.util.Objects;

/**
 * How places are read.
 *
 * @param videos what becomes of videos that are found
 * @param maxImageBytes the largest image that is taken, 1 to {@link Topic#MOST_IMAGE_BYTES}
 * @param labels whether folders say what class their images are of
 */
public record Reading(Videos videos, int maxImageBytes, Labels labels) {

    public Reading {
        Objects.requireNonNull(videos, "videos");
        Objects.requireNonNull(labels, "labels");
        if (maxImageBytes < 1 || maxImageBytes > Topic.MOST_IMAGE_BYTES) {
            throw RefusalException.ofUsage("--max-image-bytes is " + maxImageBytes + ", but it must be 1 to "
                    + Topic.MOST_IMAGE_BYTES + "; larger images are not rendered");
        }
    }

    /** Images of up to 8 MiB, no videos, and classes where folders look like them. */
    public static Reading usual() {
        return new Reading(Videos.skipped(), Topic.MAX_IMAGE_BYTES, Labels.AUTO);
    }

    public Reading with(Videos otherVideos) {
        return new Reading(otherVideos, maxImageBytes, labels);
    }

    public Reading with(Labels otherLabels) {
        return new Reading(videos, maxImageBytes, otherLabels);
    }

    /** Ends the sentence "the image ..."; of one whose size is known. */
    String tooLarge(long bytes) {
        return "has " + bytes + " bytes, and " + maxImageBytes + " are allowed (--max-image-bytes)";
    }

    /** The same of one that is not read to its end. */
    public String tooLarge() {
        return "has more than the " + maxImageBytes + " bytes that are allowed (--max-image-bytes)";
    }
}
