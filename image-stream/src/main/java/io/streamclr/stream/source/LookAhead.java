package io.streamclr.stream.source;

import io.streamclr.schemas.RefusalException;
import java.io.Serializable;
import java.util.Objects;

/**
 * How far views are rendered ahead of the trainer that reads them. It decides when an image is read, never what becomes of
 * it.
 *
 * @param pairs that may lie unread in all partitions of the views topic together, 1 or more; in every partition about a
 *     hundred more may be on their way
 * @param group consumer group whose committed offsets say what has been read; empty for no limit
 */
public record LookAhead(long pairs, String group) implements Serializable {

    public LookAhead {
        Objects.requireNonNull(group, "group");
        if (pairs < 1) {
            throw RefusalException.ofUsage(
                    "The pairs to draw ahead are " + pairs + ", but must be 1 or more; 20000 is usual");
        }
    }

    /** Draws as fast as it can. */
    public static LookAhead unlimited() {
        return new LookAhead(Long.MAX_VALUE, "");
    }

    boolean limited() {
        return !group.isEmpty();
    }
}
