package io.streamclr.trainer.command;

import io.streamclr.trainer.settings.HealthWatchPlan;
import picocli.CommandLine.Option;

/** The options that say how a run's health is watched. */
final class WatchOptions {

    @Option(
            names = "--measure-every",
            paramLabel = "STEPS",
            defaultValue = "100",
            description = "Steps between measurements of effective rank, alignment and uniformity; each costs about a"
                    + " step (default: ${DEFAULT-VALUE}).")
    private int every;

    @Option(
            names = "--least-rank",
            paramLabel = "X",
            defaultValue = "2",
            description = "Effective rank of features or embeddings below which training counts as collapsed and the"
                    + " alarm is raised; 0 for never (default: ${DEFAULT-VALUE}).")
    private double leastRank;

    @Option(
            names = "--on-collapse",
            paramLabel = "NAME",
            defaultValue = "warn",
            description = "On collapse: warn and continue, or stop; the last good checkpoint is kept either way"
                    + " (default: ${DEFAULT-VALUE}).")
    private HealthWatchPlan.OnCollapse onCollapse;

    HealthWatchPlan plan() {
        return new HealthWatchPlan(every, leastRank, onCollapse);
    }
}
