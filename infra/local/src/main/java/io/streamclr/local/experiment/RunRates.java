package io.streamclr.local.experiment;

/** How fast a machine does each run of a plan. */
@FunctionalInterface
interface RunRates {

    ExperimentRate of(PlannedRun run);
}
