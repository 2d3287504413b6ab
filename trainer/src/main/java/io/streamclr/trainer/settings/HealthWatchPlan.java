package io.streamclr.trainer.settings;

import io.streamclr.schemas.RefusalException;
import io.streamclr.trainer.form.Word;

/**
 * How a run's health is watched.
 *
 * @param everySteps steps between two measurements; a checkpoint is measured in any case
 * @param leastRank the effective rank under which features or embeddings count as collapsed; 0 for no limit
 * @param onCollapse what happens then, beside the alarm
 */
public record HealthWatchPlan(int everySteps, double leastRank, OnCollapse onCollapse) {

    /** What a collapse does to the run. */
    public enum OnCollapse implements Word {
        WARN("warn"),
        STOP("stop");

        private final String word;

        OnCollapse(String word) {
            this.word = word;
        }

        @Override
        public String word() {
            return word;
        }

        /** As the command line has it. */
        @Override
        public String toString() {
            return word;
        }
    }

    /** What a run does without other settings. */
    public static final HealthWatchPlan USUAL = new HealthWatchPlan(100, 2, OnCollapse.WARN);

    /** @throws RefusalException if a value is out of its range */
    public HealthWatchPlan {
        if (everySteps < 1 || !(leastRank >= 0)) {
            throw RefusalException.ofUsage("Health cannot be measured every " + everySteps + " steps against a rank of "
                    + leastRank + "; give 1 step or more, and a rank of 0 or more");
        }
    }
}
