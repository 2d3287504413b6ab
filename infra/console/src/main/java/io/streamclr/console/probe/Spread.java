package io.streamclr.console.probe;

import java.util.List;

/**
 * What several seeds gave.
 *
 * @param mean of them
 * @param deviation sample standard deviation, with n - 1; 0 of a single one
 * @param count how many, 1 or more
 */
public record Spread(double mean, double deviation, int count) {

    /** @param values one for each seed */
    public static Spread of(List<Double> values) {
        double mean = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        return new Spread(mean, values.size() == 1 ? 0 : Math.sqrt(squares / (values.size() - 1)), values.size());
    }

    /** In per cent, with the deviation where there are several. */
    @Override
    public String toString() {
        return count == 1
                ? String.format("%.2f %%", 100 * mean)
                : String.format("%.2f ± %.2f %%", 100 * mean, 100 * deviation);
    }
}
