package io.streamclr.stream.source;

import io.streamclr.schemas.RefusalException;
import java.io.Serializable;
import java.time.Instant;
import java.util.Objects;

/**
 * How often the images are read.
 *
 * @param count 1 or more
 * @param follow whether the last pass goes on with live images, without end
 * @param asOf the passes read what the topic held before this moment; {@link #NOW} for what it holds at the start
 */
public record Passes(int count, boolean follow, Instant asOf) implements Serializable {

    /** Later than every image. */
    public static final Instant NOW = Instant.MAX;

    public Passes {
        Objects.requireNonNull(asOf, "asOf");
        if (count < 1) {
            throw RefusalException.ofUsage("The number of passes is " + count + ", but must be 1 or more");
        }
    }

    /** Passes over what the topic holds at the start. */
    public Passes(int count, boolean follow) {
        this(count, follow, NOW);
    }

    /** Reads what there is, once. */
    public static Passes once() {
        return new Passes(1, false);
    }

    /** The same over what the topic held before a moment. */
    public Passes asOf(Instant moment) {
        return new Passes(count, follow, moment);
    }

    /** Whether this pass stops at the end that was fixed at the start. */
    boolean bounded(int pass) {
        return pass < count - 1 || !follow;
    }

    boolean last(int pass) {
        return pass >= count - 1;
    }
}
