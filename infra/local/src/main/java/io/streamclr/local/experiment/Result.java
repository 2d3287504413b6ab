package io.streamclr.local.experiment;

import java.util.Map;

/**
 * What a trial came to.
 *
 * @param trial its id
 * @param run its name in the plan
 * @param pairs it was trained on
 * @param seconds the training took
 * @param figures what was measured, in [0, 1]
 * @param checkpoint the folder with the encoder
 */
record Result(
        String trial,
        String run,
        long seed,
        long steps,
        long pairs,
        double seconds,
        Map<TrialMetric, Double> figures,
        String checkpoint) {

    /** Of this trial. */
    static Result of(
            Trial trial, long steps, long pairs, double seconds, Map<TrialMetric, Double> figures, String checkpoint) {
        return new Result(trial.id(), trial.run().name(), trial.seed(), steps, pairs, seconds, figures, checkpoint);
    }
}
