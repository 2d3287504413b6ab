package io.streamclr.console.probe;

import java.util.Map;
import java.util.OptionalDouble;

/**
 * What one way of looking at images is worth.
 *
 * @param values of what was measured, in [0, 1]
 */
public record Scores(Map<Measure, Double> values) {

    public Scores {
        values = Map.copyOf(values);
    }

    /** Empty if it was not measured, as where there are no labels. */
    public OptionalDouble of(Measure measure) {
        Double value = values.get(measure);
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }
}
