package io.streamclr.local.experiment;

import java.util.List;

/**
 * What a run came to over its seeds.
 *
 * @param mean of the seeds that are done
 * @param spread their sample standard deviation; 0 with one seed, which says nothing
 * @param seeds how many are done, 1 or more
 */
public record Figure(double mean, double spread, int seeds) {

    static Figure of(List<Double> values) {
        double mean = values.stream().mapToDouble(value -> value).average().orElseThrow();
        double squares = values.stream()
                .mapToDouble(value -> (value - mean) * (value - mean))
                .sum();
        int seeds = values.size();
        return new Figure(mean, seeds == 1 ? 0 : Math.sqrt(squares / (seeds - 1)), seeds);
    }
}
