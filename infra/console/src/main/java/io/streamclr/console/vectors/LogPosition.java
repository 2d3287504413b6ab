package io.streamclr.console.vectors;

import java.util.Map;

/**
 * How far topic {@code embeddings} was read.
 *
 * @param next the offset to read next, by partition; a partition that is not there is read from its beginning
 * @param highest the highest offset in {@code images} that an embedding was read of, by partition: what is not above it is
 *     a repetition
 */
public record LogPosition(Map<Integer, Long> next, Map<Integer, Long> highest) {

    /** Nothing was read. */
    public static final LogPosition BEGINNING = new LogPosition(Map.of(), Map.of());

    public LogPosition {
        next = Map.copyOf(next);
        highest = Map.copyOf(highest);
    }
}
