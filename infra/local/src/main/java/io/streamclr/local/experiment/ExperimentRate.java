package io.streamclr.local.experiment;

/**
 * How fast a machine does a run.
 *
 * @param pairsPerSecond that are trained, drawing them included
 * @param secondsARun that every run takes beside that: to begin, and to measure
 */
record ExperimentRate(double pairsPerSecond, double secondsARun) {

    /** How long the run takes with one seed. */
    double seconds(PlannedRun run) {
        return run.pairs() / pairsPerSecond + secondsARun;
    }
}
